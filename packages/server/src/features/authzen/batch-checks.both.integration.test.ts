/** Concurrent checks share statements, but none uses data that was read before it arrived. */
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { publicBodyLimit } from "../../auth/policy.ts";

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

async function check(userId: string, permission = "campaigns:approve", bearer = key): Promise<unknown> {
  const response = await t.app.inject({
    method: "POST",
    url: "/access/v1/evaluation",
    headers: { authorization: `Bearer ${bearer}` },
    payload: {
      subject: { type: "user", id: userId },
      action: { name: permission },
      resource: { type: "organization", id: acme.organizationId },
    },
  });
  return response.statusCode === 200 ? response.json().decision : response.json().code;
}

async function setRoles(user: TestUser, roleIds: readonly string[]): Promise<void> {
  const path = `/organizations/${acme.organizationId}/users/${user.userId}`;
  const { headers } = await t.as(acme.owner).get(path);
  const response = await t.as(acme.owner).patch(path, { roleIds }, { "if-match": String(headers["etag"]) });
  expect(response.statusCode).toBe(200);
}

test("sixty concurrent checks share a few statements, and each gets its own decision", async () => {
  const approver = await t.user(acme, { roles: ["campaign-approver"] });
  const viewer = await t.user(acme, { roles: ["viewer"] });
  await check(approver.userId); // fills the role cache
  const readSpy = vi.spyOn(t.deps.db, "readInOneRoundTrip");
  const users = Array.from({ length: 60 }, (_, at) => (at % 3 === 0 ? approver : viewer));
  const responses = await Promise.all(users.map(({ userId }) => check(userId)));
  expect(responses).toEqual(users.map((user) => user === approver));
  expect(readSpy.mock.calls.length).toBeLessThan(20);
});

test("a check that arrives during a statement is read by the next one", async () => {
  const person = await t.user(acme, { roles: ["campaign-approver"] });
  await check(person.userId);
  const { readInOneRoundTrip } = t.deps.db;
  const arrived = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  vi.spyOn(t.deps.db, "readInOneRoundTrip").mockImplementationOnce(async (organizationId, statement) => {
    const rows = await readInOneRoundTrip(organizationId, statement);
    arrived.resolve();
    await goOn.promise;
    return rows;
  });
  const before = check(person.userId);
  await arrived.promise;
  await setRoles(person, []);
  const after = check(person.userId);
  goOn.resolve();
  expect([await before, await after]).toEqual([true, false]);
});

test("an edited role counts at the next check, even if it was cached", async () => {
  const base = `/organizations/${acme.organizationId}/roles`;
  const made = await t.as(acme.owner).post(base, { name: "Approves", permissions: ["campaigns:approve"] });
  const { id } = made.json();
  const person = await t.user(acme, { roles: [] });
  await setRoles(person, [id]);
  for (const isGiven of [true, false, true]) {
    const { headers } = await t.as(acme.owner).get(`${base}/${id}`);
    const permissions = isGiven ? ["campaigns:approve"] : ["campaigns:view"];
    await t.as(acme.owner).patch(`${base}/${id}`, { permissions }, { "if-match": String(headers["etag"]) });
    expect(await check(person.userId)).toBe(isGiven);
  }
});

test("an invalid key rejects its own checks and no others", async () => {
  const { apiKeyId, key: revoked } = await t.apiKey(acme, { permissions: ["users:view"] });
  await t.as(acme.owner).delete(`/organizations/${acme.organizationId}/api-keys/${apiKeyId}`);
  const responses = await Promise.all(
    [revoked, key, revoked, key].map((bearer) => check(acme.owner.userId, "campaigns:approve", bearer)),
  );
  expect(responses).toEqual(["auth/revoked-key", true, "auth/revoked-key", true]);
});

test("one evaluation and a batch of 300 users take one round trip, and a large body one more for the key", async () => {
  const resource = { type: "organization", id: acme.organizationId };
  const about = (id: string) => ({
    subject: { type: "user", id },
    action: { name: "campaigns:view" },
    resource,
  });
  const one = about(acme.owner.userId);
  const several = (length: number) => ({
    evaluations: Array.from({ length }, () => about(t.deps.ids.next())),
  });
  const many = several(300);
  expect(JSON.stringify(many).length).toBeLessThan(publicBodyLimit);
  const listMessages = async (path: string, payload: object): Promise<readonly string[]> => {
    const sent = vi.spyOn(pg.Client.prototype, "query");
    try {
      const headers = { authorization: `Bearer ${key}` };
      const response = await t.app.inject({ method: "POST", url: `/access/v1/${path}`, headers, payload });
      expect(response.statusCode).toBe(200);
      return sent.mock.calls.map(([query]) => classify(query));
    } finally {
      sent.mockRestore();
    }
  };
  // Polls until the catalogue is cached, the key's first use is recorded, and the statement is prepared.
  await expect.poll(() => listMessages("evaluation", one)).toEqual(["read"]);
  await expect.poll(() => listMessages("evaluations", many)).toEqual(["read"]);
  await expect.poll(() => listMessages("evaluations", several(1_000))).toEqual(["read", "read"]);
});

function classify(query: unknown): string {
  const text = String(typeof query === "object" && query !== null && "text" in query ? query.text : query);
  return text.startsWith("set transaction read only; ") ? "read" : text;
}
