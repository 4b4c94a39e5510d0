/** The limit of users, which the database enforces. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ApiClient } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization } from "../../../test/factories.ts";
import { getInvitationToken, invite, validPassword } from "../../../test/invitations.ts";
import { createOperatorSteps, operatorToken } from "../../../test/operator-steps.ts";
import { rounds } from "../../../test/rounds.ts";
import { runConcurrently } from "../../../test/run-concurrently.ts";

let t: TestApp;
let steps: ReturnType<typeof createOperatorSteps>;
let acme: TestOrganization;
let here: string;
let asOwner: ApiClient;
let count = 0;

beforeAll(async () => {
  t = await createTestApp({
    config: { operatorToken },
    passwords: { hash: async () => "hash", verify: async () => false },
  });
  steps = createOperatorSteps(t);
});
afterAll(() => t.close());
beforeEach(async () => {
  await start();
});

async function start(): Promise<void> {
  acme = await t.organization();
  here = `/organizations/${acme.organizationId}`;
  asOwner = t.as(acme.owner);
  await asOwner.get(here);
}

const setLimit = (users: number | null) => steps.edit(acme.organizationId, { limits: { users } });
const nextEmail = () => {
  count += 1;
  return `limited-${count}@example.test`;
};
const inviteMany = (emails: readonly string[]) =>
  asOwner.post(`${here}/invitations`, {
    invitations: emails.map((email) => ({ email, roleIds: [acme.roles.viewer] })),
    send: false,
  });
const create = (client: ApiClient = asOwner) =>
  client.post(`${here}/users`, { email: nextEmail(), name: "New", roleIds: [acme.roles.viewer] });
const countRows = async () =>
  (
    await t.sql(
      `SELECT (SELECT count(*)::int FROM users WHERE organization_id = $1) AS users,
         (SELECT count(*)::int FROM invitations WHERE organization_id = $1 AND status = 'pending') AS pending`,
      [acme.organizationId],
    )
  )[0];

test("invitations and users above the limit get 409, and nothing is changed", async () => {
  await setLimit(3);
  expect((await inviteMany([nextEmail()])).statusCode).toBe(200);
  const before = await readDatabaseState(t);
  const tooMany = await inviteMany([nextEmail(), nextEmail()]);
  expect(tooMany.json()).toMatchObject({
    status: 409,
    code: "organization/user-limit",
    params: { limit: 3 },
  });
  expect(await readDatabaseState(t)).toEqual(before);
  expect((await create()).statusCode).toBe(201);
  expect((await create()).statusCode).toBe(201);
  const full = await readDatabaseState(t);
  for (const response of [await create(), await inviteMany([nextEmail()])])
    expect(response.json()).toMatchObject({ status: 409, code: "organization/user-limit" });
  expect(await readDatabaseState(t)).toEqual(full);
  await setLimit(null);
  expect((await create()).statusCode).toBe(201);
});

test("a lower limit keeps everybody, and the next one can't join", async () => {
  const { id } = await invite(t, acme, "later@example.test");
  const token = await getInvitationToken(t, acme, id);
  await t.user(acme);
  await setLimit(1);
  expect(await countRows()).toEqual({ users: 2, pending: 1 });
  const body = { token, name: "Later", password: validPassword };
  const full = await t.anonymous.post("/invitations/accept", body);
  expect(full.json()).toMatchObject({ status: 409, code: "organization/user-limit" });
  expect(await countRows()).toEqual({ users: 2, pending: 1 });
  await setLimit(3);
  expect((await t.anonymous.post("/invitations/accept", body)).statusCode).toBe(201);
  const user = `${here}/users/${acme.owner.userId}`;
  const renamed = await asOwner.patch(user, { name: "Renamed" }, steps.ifMatch(await asOwner.get(user)));
  expect(renamed.statusCode).toBe(200);
});

test("concurrent invitations and new users never exceed it", async () => {
  for (let round = 0; round < rounds(24); round += 1) {
    await start();
    const { key } = await t.apiKey(acme);
    await setLimit(4);
    const statuses = await runConcurrently(8, async (at) => {
      const response = at % 2 === 0 ? await create(t.withKey(key)) : await inviteMany([nextEmail()]);
      return response.statusCode;
    });
    const counts = Map.groupBy(
      statuses.map((one) => (one.status === "fulfilled" ? one.value : 0)),
      (status) => status,
    );
    expect([...counts.keys()].filter((status) => ![200, 201, 409].includes(status))).toEqual([]);
    const { users, pending } = (await countRows()) ?? {};
    // Invitations count users; users don't count invitations, which can't be accepted then.
    expect(Number(users)).toBeLessThanOrEqual(4);
    expect(Number(users) - 1 + Number(pending)).toBe(
      (counts.get(200)?.length ?? 0) + (counts.get(201)?.length ?? 0),
    );
    if (Number(users) === 1) expect(Number(pending)).toBeLessThanOrEqual(3);
  }
});

test("concurrent joins never exceed it", async () => {
  for (let round = 0; round < rounds(16); round += 1) {
    await start();
    const tokens: string[] = [];
    for (let n = 0; n < 4; n += 1)
      tokens.push(await getInvitationToken(t, acme, (await invite(t, acme, nextEmail())).id));
    await setLimit(2);
    const joined = await runConcurrently(4, (at) =>
      t.anonymous.post("/invitations/accept", { token: tokens[at], name: "New", password: validPassword }),
    );
    const statuses = joined.map((one) => (one.status === "fulfilled" ? one.value.statusCode : 0));
    expect(statuses.toSorted()).toEqual([201, 409, 409, 409]);
    expect(await countRows()).toEqual({ users: 2, pending: 3 });
  }
});
