import type { AuditEvent } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiClient, type ApiResponse, getIfMatch } from "../../../test/api-client.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { readDatabaseState } from "../../../test/database-state.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { record } from "../../audit/record.ts";

let t: TestApp;
let organization: TestOrganization;
let asOwner: ApiClient;
let target: TestUser;
let base: string;

/** Five events a minute apart: role created, user edited, roles changed, suspended, restored. */
beforeAll(async () => {
  t = await createTestApp();
  organization = await t.organization();
  asOwner = t.as(organization.owner);
  base = `/organizations/${organization.organizationId}`;
  target = await t.user(organization, { name: "=Ayşe", roles: ["viewer"] });
  const user = `${base}/users/${target.userId}`;
  const key = (await t.apiKey(organization)).key;
  const acts: readonly (() => Promise<ApiResponse>)[] = [
    () => t.withKey(key).post(`${base}/roles`, { name: "New", permissions: [] }),
    () => asOwner.patch(user, { phone: "1" }, { "if-match": '"1"', "user-agent": "Test/1" }),
    async () =>
      asOwner.patch(user, { roleIds: [organization.roles.marketer] }, await getIfMatch(asOwner, user)),
    async () => asOwner.patch(user, { status: "suspended" }, await getIfMatch(asOwner, user)),
    async () => asOwner.patch(user, { status: "active" }, await getIfMatch(asOwner, user)),
  ];
  for (const act of acts) {
    t.clock.advance(60_000);
    expect((await act()).statusCode).toBeLessThan(300);
  }
});
afterAll(() => t.close());

async function list(query = "", as = asOwner) {
  const response = await as.get(`${base}/audit-events${query}`);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<{ items: AuditEvent[]; nextCursor: string | null; total: unknown }>();
}

async function sequences(query: string): Promise<readonly (number | null)[]> {
  return (await list(query)).items.map(({ sequence }) => sequence);
}

test("lists events newest first, with actor, action, target and origin", async () => {
  const { items, nextCursor, total } = await list();
  expect(items.map(({ sequence, action }) => [sequence, action])).toEqual([
    [5, "users.restored"],
    [4, "users.suspended"],
    [3, "users.roles-changed"],
    [2, "users.edited"],
    [1, "roles.created"],
  ]);
  expect(items[3]).toEqual({
    id: expect.any(String),
    sequence: 2,
    at: "2026-03-02T09:02:00.000Z",
    actor: { type: "user", id: organization.owner.userId, name: organization.owner.name },
    action: "users.edited",
    target: { type: "user", id: target.userId, name: "=Ayşe" },
    changes: [{ field: "phone", before: null, after: "1" }],
    ip: "127.0.0.1",
    userAgent: "Test/1",
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(items[4]?.actor).toMatchObject({ type: "api-key", name: expect.stringContaining("Key") });
  expect({ nextCursor, total }).toEqual({ nextCursor: null, total: { count: 5, exact: true } });
});

test("pages cover the whole log, also while events are added", async () => {
  const first = await list("?limit=2");
  await t.user(organization, { roles: ["viewer"] });
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  const third = await list(`?limit=2&cursor=${second.nextCursor}`);
  expect([...first.items, ...second.items, ...third.items].map(({ sequence }) => sequence)).toEqual([
    5, 4, 3, 2, 1,
  ]);
  expect(second.total).toEqual({ count: 5, exact: true });
  expect(third.nextCursor).toBeNull();
});

test.each<readonly [string, () => string, readonly number[]]>([
  ["an action", () => "?action=users.edited", [2]],
  ["the beginning of actions", () => "?action=users.", [5, 4, 3, 2]],
  ["a beginning without its dot", () => "?action=users", []],
  ["a wildcard", () => "?action=users.%25", []],
  ["an actor", () => `?actor=${organization.owner.userId}`, [5, 4, 3, 2]],
  ["the system", () => "?actor=system", []],
  ["a target", () => `?target=${target.userId}`, [5, 4, 3, 2]],
  ["a span of time, its end left out", () => "?from=2026-03-02T09:02:00Z&to=2026-03-02T09:04:00Z", [3, 2]],
  ["a time with a zone", () => "?from=2026-03-02T12:04:00%2B03:00", [5, 4]],
  ["several at once", () => `?action=users.&target=${target.userId}&from=2026-03-02T09:04:00Z`, [5, 4]],
])("filters by %s", async (_, query, expected) => {
  expect(await sequences(query())).toEqual(expected);
});

test.each(["actor=ayse", "target=1", "from=yesterday", "to=2026-03-02", "limit=0", "cursor=x", "page=2"])(
  "the query %s is rejected",
  async (query) => {
    expect((await asOwner.get(`${base}/audit-events?${query}`)).statusCode).toBe(422);
  },
);

test("a user without audit:view can't export, and the attempt leaves no export event", async () => {
  const asViewer = t.as(await t.user(organization, { roles: ["viewer"] }));
  await asViewer.get(base);
  const before = await readDatabaseState(t);
  const responses = [
    await asViewer.get(`${base}/audit-events`),
    await asViewer.get(`${base}/audit-events/export`),
  ];
  expect(responses.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("an export is the filtered log, oldest first, as JSON lines, and is itself recorded", async () => {
  const response = await asOwner.get(`${base}/audit-events/export?action=users.`);
  const lines = response.body.split("\n").slice(0, -1);
  expect(response.headers["content-type"]).toBe("application/x-ndjson; charset=utf-8");
  expect(response.headers["content-disposition"]).toBe('attachment; filename="audit-log.ndjson"');
  expect(lines.map((line) => JSON.parse(line))).toEqual((await list("?action=users.")).items.toReversed());
  expect((await list("?action=audit.exported")).items[0]).toMatchObject({
    changes: [
      { field: "format", before: null, after: "ndjson" },
      { field: "action", before: null, after: "users." },
    ],
  });
});

test.each([
  "from=0000-01-01T00:00:00Z",
  "from=0000-12-31T23:59:59.999Z",
  "to=0001-01-01T00:00:00%2B14:00",
  "to=9999-12-31T23:59:59-14:00",
  "from=2026-02-30T00:00:00Z",
  "from=2026-03-02",
])("rejects %s, which is outside of PostgreSQL's range, in list and export", async (query) => {
  const before = await readDatabaseState(t);
  for (const path of ["audit-events", "audit-events/export"]) {
    const response = await asOwner.get(`${base}/${path}?${query}`);
    expect(response.json(), path).toMatchObject({
      status: 422,
      code: "request/invalid",
      errors: [{ path: query.split("=")[0] }],
    });
  }
  expect(await readDatabaseState(t)).toEqual(before);
});

test("accepts the first and the last possible instant", async () => {
  const query = "?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59.999Z";
  expect(await sequences(query)).toContain(1);
});

test("a CSV export has one line per event, and no cell is a formula", async () => {
  const response = await asOwner.get(`${base}/audit-events/export?format=csv&target=${target.userId}`);
  const lines = response.body.split("\r\n");
  expect(response.headers["content-type"]).toBe("text/csv; charset=utf-8");
  expect(lines[0]).toMatch(/^\ufeffsequence,at,actorType,actorId,actorName,action,/);
  expect(lines).toHaveLength(6);
  expect(lines[1]).toContain(`,users.edited,user,${target.userId},'=Ayşe,"[{""`);
});

test("an export of several pages contains every event once", async () => {
  const large = await t.organization();
  await t.deps.db.tenant(large.organizationId, async (tx) => {
    const origin = { ip: null, userAgent: null, requestId: "r" };
    const actor = {
      type: "system",
      id: null,
      name: "Test",
      organizationId: large.organizationId,
      origin,
    } as const;
    const entry = { action: "users.edited", target: { type: "user", id: null, name: "x" } } as const;
    await record(
      t.deps,
      tx,
      actor,
      Array.from({ length: 2500 }, () => entry),
    );
  });
  const response = await t.as(large.owner).get(`/organizations/${large.organizationId}/audit-events/export`);
  const events = response.body.split("\n").slice(0, -1);
  expect(events.map((line) => JSON.parse(line).sequence)).toEqual(
    Array.from({ length: 2501 }, (_, index) => index + 1),
  );
});
