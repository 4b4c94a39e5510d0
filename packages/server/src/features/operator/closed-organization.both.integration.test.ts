/** While an organization is suspended or deleted nobody can use it, and nothing is lost. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { getInvitationToken, invite, validPassword } from "../../../test/invitations.ts";
import { createOperatorSteps, operatorToken } from "../../../test/operator-steps.ts";

let t: TestApp;
let steps: ReturnType<typeof createOperatorSteps>;
let acme: TestOrganization;
let person: TestUser;
let key: string;
let here: string;

beforeAll(async () => {
  t = await createTestApp({ config: { operatorToken } });
  steps = createOperatorSteps(t);
});
afterAll(() => t.close());
beforeEach(async () => {
  acme = await t.organization("Lodos");
  person = await t.user(acme, { roles: ["viewer"] });
  key = (await t.apiKey(acme)).key;
  here = `/organizations/${acme.organizationId}`;
});

const close = {
  suspended: () => steps.edit(acme.organizationId, { status: "suspended" }),
  deleted: () => steps.delete(acme.organizationId),
};
const open = {
  suspended: () => steps.edit(acme.organizationId, { status: "active" }),
  deleted: () => steps.restore(acme.organizationId),
};

async function check(subject = person.userId): Promise<unknown> {
  const response = await t.app.inject({
    method: "POST",
    url: "/access/v1/evaluation",
    headers: { authorization: `Bearer ${key}` },
    payload: {
      subject: { type: "user", id: subject },
      action: { name: "users:view" },
      resource: { type: "organization", id: acme.organizationId },
    },
  });
  expect(response.statusCode, response.body).toBe(200);
  return response.json().decision;
}

test.each(["suspended", "deleted"] as const)(
  "nobody can use a %s organization until it is active again",
  async (how) => {
    const session = `gatehouse=${await t.session(person)}`;
    const forwardAuth = () =>
      t.app.inject({
        url: `/api/v1/forward-auth?organization=${acme.organizationId}`,
        headers: { cookie: session },
      });
    const elsewhere = await t.organization("Elsewhere");
    const both = await t.user(elsewhere, { sameAccountAs: person, roles: ["viewer"] });
    expect([await check(), (await forwardAuth()).statusCode]).toEqual([true, 200]);

    await close[how]();
    const code = `organization/${how}`;
    const denied = [
      await t.as(person).get(`${here}/users`),
      await t.as(acme.owner).get(here),
      await t.as(acme.owner).post(`${here}/roles`, { name: "New", permissions: [] }),
      await t.withKey(key).get(`${here}/users`),
      await t.withKey(key).post(`${here}/roles`, { name: "New", permissions: [] }),
    ];
    for (const response of denied)
      expect(response.json()).toMatchObject({ status: 403, code, params: { organization: "Lodos" } });
    expect(await check()).toBe(false);
    expect((await forwardAuth()).statusCode).toBe(403);
    const { organizations } = (await t.as(person).get("/me")).json();
    expect(organizations).toMatchObject([
      { name: "Elsewhere", unmetRule: null },
      { name: "Lodos", unmetRule: `organization-${how}`, permissions: [], roles: [] },
    ]);
    expect((await t.as(both).get(`/organizations/${elsewhere.organizationId}/users`)).statusCode).toBe(200);
    // Signing in works, for the other organizations.
    const signIn = await t.anonymous.post("/sessions", {
      email: person.email,
      password: "correct horse battery staple",
    });
    expect(signIn.statusCode).toBe(201);

    await open[how]();
    expect((await t.as(person).get(`${here}/users`)).statusCode).toBe(200);
    expect((await t.withKey(key).get(`${here}/users`)).statusCode).toBe(200);
    expect([await check(), (await forwardAuth()).statusCode]).toEqual([true, 200]);
  },
);

test("searches of the Authorization API find nothing meanwhile", async () => {
  const search = async (what: string, payload: object) =>
    (
      await t.app.inject({
        method: "POST",
        url: `/access/v1/search/${what}`,
        headers: { authorization: `Bearer ${key}` },
        payload,
      })
    ).json().results.length;
  const subject = { type: "user", id: person.userId };
  const resource = { type: "organization", id: acme.organizationId };
  const all = async () => [
    await search("subject", { subject: { type: "user" }, action: { name: "users:view" }, resource }),
    await search("action", { subject, resource }),
    await search("resource", { subject, action: { name: "users:view" }, resource: { type: "organization" } }),
  ];
  const before = await all();
  expect(Math.min(...before)).toBeGreaterThan(0);
  await close.suspended();
  expect(await all()).toEqual([0, 0, 0]);
  await open.suspended();
  expect(await all()).toEqual(before);
});

test("an invitation can't be looked up or accepted meanwhile, and stays pending", async () => {
  const { id } = await invite(t, acme, "later@lodos.example");
  const token = await getInvitationToken(t, acme, id);
  await close.suspended();
  const before = await readDatabaseState(t);
  const body = { token, name: "Later", password: validPassword };
  for (const response of [
    await t.anonymous.post("/invitations/lookup", { token }),
    await t.anonymous.post("/invitations/accept", body),
  ])
    expect(response.json()).toMatchObject({ status: 403, code: "organization/suspended" });
  expect(await readDatabaseState(t)).toEqual(before);
  await open.suspended();
  expect((await t.anonymous.post("/invitations/accept", body)).statusCode).toBe(201);
});

test("emails wait, and are sent once when the organization is active again", async () => {
  const email = `waits-${acme.organizationId}@lodos.example`;
  await invite(t, acme, email);
  await close.suspended();
  await t.drainOutbox();
  const sent = () => t.mailbox.messages.filter(({ to }) => to === email).length;
  const paused = await t.sql("SELECT job->>'kind' AS kind FROM paused_jobs WHERE organization_id = $1", [
    acme.organizationId,
  ]);
  expect([sent(), paused]).toEqual([0, [{ kind: "invitation-mail" }]]);
  await open.suspended();
  await t.drainOutbox();
  expect(sent()).toBe(1);
  expect(await t.sql("SELECT FROM paused_jobs")).toEqual([]);
});

test("wrong tokens and other credentials get no organization, and too many are limited", async () => {
  const app = await createTestApp({ config: { operatorToken } });
  try {
    const get = (headers: Record<string, string>) =>
      app.app.inject({ url: "/api/v1/operator/organizations", headers });
    const own = await app.organization();
    const cookie = `gatehouse=${await app.session(own.owner)}`;
    const { key: ownKey } = await app.apiKey(own);
    for (const headers of [
      {},
      { cookie, origin: testOrigin },
      { authorization: `Bearer ${ownKey}` },
      { authorization: `Bearer ${operatorToken}x` },
      { authorization: `Basic ${operatorToken}` },
    ])
      expect((await get(headers)).json()).toMatchObject({ status: 401, code: "auth/required" });
    const wrong = () => get({ authorization: "Bearer wrong" });
    for (let n = 0; n < 18; n += 1) expect((await wrong()).statusCode).toBe(401);
    const limited = await wrong();
    expect([limited.statusCode, Number(limited.headers["retry-after"])]).toEqual([429, 900]);
    expect((await get({ authorization: `Bearer ${operatorToken}` })).statusCode).toBe(200);
    app.clock.advance(15 * 60_000);
    expect((await wrong()).statusCode).toBe(401);
  } finally {
    await app.close();
  }
});

test("without OPERATOR_TOKEN the paths don't exist", async () => {
  const app = await createTestApp();
  try {
    for (const authorization of ["Bearer ", "Bearer null", `Bearer ${operatorToken}`]) {
      const response = await app.app.inject({
        url: "/api/v1/operator/organizations",
        headers: { authorization },
      });
      expect(response.json()).toMatchObject({ status: 404, code: "not-found" });
    }
  } finally {
    await app.close();
  }
});
