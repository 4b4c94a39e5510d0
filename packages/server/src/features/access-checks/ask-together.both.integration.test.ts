/** Questions that come together are read together, and none is answered from what was read before it came. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let key: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  key = (await t.apiKey(acme, { permissions: ["users:view"] })).key;
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => t.close());

async function ask(userId: string, permission = "campaigns:approve", bearer = key): Promise<unknown> {
  const answer = await t.app.inject({
    method: "POST",
    url: "/access/v1/evaluation",
    headers: { authorization: `Bearer ${bearer}` },
    payload: {
      subject: { type: "user", id: userId },
      action: { name: permission },
      resource: { type: "organization", id: acme.organizationId },
    },
  });
  return answer.statusCode === 200 ? answer.json().decision : answer.json().code;
}

async function setRoles(user: TestUser, roleIds: readonly string[]): Promise<void> {
  const path = `/organizations/${acme.organizationId}/users/${user.userId}`;
  const { headers } = await t.as(acme.owner).get(path);
  const answer = await t.as(acme.owner).patch(path, { roleIds }, { "if-match": String(headers["etag"]) });
  expect(answer.statusCode).toBe(200);
}

test("sixty at once take a few looks, and each gets the answer to its own question", async () => {
  const approver = await t.user(acme, { roles: ["campaign-approver"] });
  const viewer = await t.user(acme, { roles: ["viewer"] });
  await ask(approver.userId); // the roles are known
  const look = vi.spyOn(t.deps.db, "lookUp");
  const asked = Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? approver : viewer));
  const answers = await Promise.all(asked.map(({ userId }) => ask(userId)));
  expect(answers).toEqual(asked.map((user) => user === approver));
  expect(look.mock.calls.length).toBeLessThan(20);
});

test("what is asked while another answer is on its way is read after it was asked", async () => {
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  await ask(person.userId);
  const { lookUp } = t.deps.db;
  const arrived = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  vi.spyOn(t.deps.db, "lookUp").mockImplementationOnce(async (organizationId, statement) => {
    const rows = await lookUp(organizationId, statement);
    arrived.resolve();
    await goOn.promise;
    return rows;
  });
  const before = ask(person.userId);
  await arrived.promise;
  await setRoles(person, []);
  const after = ask(person.userId);
  goOn.resolve();
  expect([await before, await after]).toEqual([true, false]);
});

test("a role that is edited counts with its new permissions at the next question, whatever was known of it", async () => {
  const base = `/organizations/${acme.organizationId}/roles`;
  const made = await t.as(acme.owner).post(base, { name: "Approves", permissions: ["campaigns:approve"] });
  const { id } = made.json();
  const person = await t.user(acme, { roles: [] });
  await setRoles(person, [id]);
  for (const isGiven of [true, false, true]) {
    const { headers } = await t.as(acme.owner).get(`${base}/${id}`);
    const permissions = isGiven ? ["campaigns:approve"] : ["campaigns:view"];
    await t.as(acme.owner).patch(`${base}/${id}`, { permissions }, { "if-match": String(headers["etag"]) });
    expect(await ask(person.userId)).toBe(isGiven);
  }
});

test("a key that doesn't count refuses everybody who came with it, and nobody else", async () => {
  const { apiKeyId, key: revoked } = await t.apiKey(acme, { permissions: ["users:view"] });
  await t.as(acme.owner).delete(`/organizations/${acme.organizationId}/api-keys/${apiKeyId}`);
  const answers = await Promise.all(
    [revoked, key, revoked, key].map((bearer) => ask(acme.owner.userId, "campaigns:approve", bearer)),
  );
  expect(answers).toEqual(["auth/revoked-key", true, "auth/revoked-key", true]);
});
