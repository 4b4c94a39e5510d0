/** What is read in the message of the authentication reaches nobody who may not see it, and isn't read for strangers at all. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { ApiClient, ApiResponse } from "../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let other: TestOrganization;
let secret: TestUser;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization("Acme");
  other = await t.organization("Other");
  secret = await t.user(acme, { name: "Secret Person", roles: ["viewer"] });
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => t.close());

/** What the statements behind the authentication returned, in order. */
function watchAhead(): unknown[] {
  const read: unknown[] = [];
  const { readTogether } = t.deps.db;
  vi.spyOn(t.deps.db, "readTogether").mockImplementation(async (organizationId, statements) => {
    const results = await readTogether(organizationId, statements);
    read.push(...results.slice(1));
    return results;
  });
  return read;
}

const paths = [
  ["the list of users", () => "/users"],
  ["a user", () => `/users/${secret.userId}`],
  ["the list of roles", () => "/roles"],
  ["a role", () => `/roles/${acme.roles.viewer}`],
] as const;

const get = (client: ApiClient, path: string): Promise<ApiResponse> =>
  client.get(`/organizations/${acme.organizationId}${path}`, { "accept-language": "en" });

test.each(paths)("%s is read ahead for a user and a key that may see it", async (_, getPath) => {
  const { key } = await t.apiKey(acme);
  await get(t.as(acme.owner), "/users"); // the first use is recorded
  const unprepared = await t.as(acme.owner).get(`/organizations/${acme.organizationId}${getPath()}`);
  for (const client of [t.as(acme.owner), t.withKey(key)]) {
    const read = watchAhead();
    const response = await get(client, getPath());
    expect(read.flat().length).toBeGreaterThan(0);
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(unprepared.json());
    vi.restoreAllMocks();
  }
});

/** Callers who aren't in the organization, or are no longer. */
const strangers: readonly (readonly [string, () => Promise<ApiClient>, number])[] = [
  ["a user of another organization", async () => t.as(other.owner), 404],
  [
    "a suspended user",
    async () => t.as(await t.user(acme, { roles: ["app-admin"], status: "suspended" })),
    401,
  ],
  [
    "a user whose session has ended",
    async () => {
      const user = await t.user(acme, { roles: ["app-admin"] });
      const client = t.as(user);
      expect((await get(client, "/users")).statusCode).toBe(200);
      await t.sql("DELETE FROM sessions WHERE account_id = $1", [user.accountId]);
      return client;
    },
    401,
  ],
  ["a revoked key", async () => t.withKey((await t.apiKey(acme, { revokedAt: t.clock.now() })).key), 401],
  ["an expired key", async () => t.withKey((await t.apiKey(acme, { expiresAt: t.clock.now() })).key), 401],
  ["a key of another organization", async () => t.withKey((await t.apiKey(other)).key), 404],
];

test.each(strangers)("nothing is read for %s", async (_, create, status) => {
  const client = await create();
  for (const [, getPath] of paths) {
    const read = watchAhead();
    const response = await get(client, getPath());
    expect(response.statusCode).toBe(status);
    expect(response.body).not.toContain("Secret Person");
    expect(read.flat().filter((row) => JSON.stringify(row) !== '{"count":0}')).toEqual([]);
    vi.restoreAllMocks();
  }
});

test("a user without the permission is refused, although the rows were read", async () => {
  const nobody = await t.user(acme);
  const read = watchAhead();
  for (const [, getPath] of paths) {
    const response = await get(t.as(nobody), getPath());
    expect(response.json()).toMatchObject({ status: 403, code: "forbidden/permission" });
    expect(response.body).not.toContain("Secret Person");
  }
  expect(JSON.stringify(read)).toContain("Secret Person");
});

test("what a session that ended between the two statements couldn't read ahead is read afterwards", async () => {
  const { readTogether } = t.deps.db;
  for (const [, getPath] of paths) {
    const expected = await get(t.as(acme.owner), getPath());
    vi.spyOn(t.deps.db, "readTogether").mockImplementation(async (organizationId, statements) => {
      const [first, ...others] = await readTogether(organizationId, statements);
      return [first, ...others.map(() => [])];
    });
    const response = await get(t.as(acme.owner), getPath());
    vi.restoreAllMocks();
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual(expected.json());
  }
});

test.each(["/users?limit=0", "/users?cursor=forged", "/roles?cursor=forged", "/users/no-id"])(
  "%s is rejected after the authentication",
  async (path) => {
    const read = watchAhead();
    expect((await get(t.as(acme.owner), path)).statusCode).toBeGreaterThanOrEqual(400);
    expect((await get(t.anonymous, path)).statusCode).toBe(401);
    expect(read).toEqual([]);
  },
);

test("the organizations of an account are read with its live session only", async () => {
  const user = await t.user(acme, { roles: ["viewer"] });
  await t.user(other, { sameAccountAs: user, roles: ["app-admin"] });
  const client = t.as(user);
  const read: unknown[] = [];
  const { shared } = t.deps.db;
  vi.spyOn(t.deps.db, "shared").mockImplementation((work, options) =>
    shared(
      (tx) =>
        work({
          ...tx,
          query: async (statement) => {
            const result = await tx.query(statement);
            if (statement.text.includes("listOrganizations")) read.push(result.rows.length);
            return result;
          },
        }),
      options,
    ),
  );
  expect((await client.get("/me")).json()).toMatchObject({
    organizations: [{ name: "Acme" }, { name: "Other" }],
  });
  expect(read).toEqual([2]);
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [user.accountId]);
  expect((await client.get("/me")).statusCode).toBe(401);
  expect(read).toEqual([2, 0]);
});
