import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import { type EventStreamClient, openEventStream } from "../../../test/event-stream-client.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { createApp } from "../../app.ts";

let t: TestApp;
let acme: TestOrganization;
let base: string;
const open: EventStreamClient[] = [];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  base = await t.app.listen({ port: 0, host: "127.0.0.1" });
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => t.close());

const toStreamUrl = ({ organizationId }: TestOrganization, query = "") =>
  `${base}/api/v1/organizations/${organizationId}/events${query}`;
const here = (path: string) => `/organizations/${acme.organizationId}${path}`;

/** Opens a stream, by default from the current position. */
async function openStream(
  as: Pick<TestUser, "accountId">,
  options: { query?: string; headers?: object; of?: TestOrganization } = {},
): Promise<EventStreamClient> {
  const { of = acme, headers = {} } = options;
  const cookie = `gatehouse=${await t.session(as)}`;
  const query = options.query ?? `?after=${await readPosition(of)}`;
  const client = await openEventStream(toStreamUrl(of, query), { cookie, ...headers });
  open.push(client);
  return client;
}

/** The position of an organization's event, by default of the last one. */
async function readPosition({ organizationId }: TestOrganization, sequence?: number): Promise<string> {
  const where =
    "WHERE organization_id = $1 AND ($2::bigint IS NULL OR sequence = $2) ORDER BY sequence DESC LIMIT 1";
  const [row] = await t.sql(`SELECT sequence, hash FROM audit_events ${where}`, [
    organizationId,
    sequence ?? null,
  ]);
  return row === undefined ? `0.${"0".repeat(64)}` : `${row["sequence"]}.${row["hash"]}`;
}

const createRole = (name: string, by: TestUser = acme.owner) =>
  t.as(by).post(here("/roles"), { name, permissions: [] });

test("sends each event immediately and once, with its request id", async () => {
  const client = await openStream(acme.owner);
  const seen = client.events.length;
  const waits: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const startedAt = performance.now();
    const response = await createRole(`At once ${round}`);
    await client.waitUntil(() => client.events.length > seen + round);
    waits.push(performance.now() - startedAt);
    expect(client.events.at(-1)).toEqual({
      name: "change",
      id: await readPosition(acme),
      sequence: client.events.at(-1)?.data.sequence,
      data: {
        sequence: expect.any(Number),
        action: "roles.created",
        target: { type: "role", id: response.json().id },
        actorId: acme.owner.userId,
        requestId: response.headers["x-request-id"],
      },
    });
  }
  const sequences = client.events.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
  expect(waits.toSorted((one, other) => one - other)[4]).toBeLessThan(500);
});

test("has the headers of an event stream that must not be cached or buffered", async () => {
  const { headers } = await openStream(acme.owner);
  expect(headers).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  expect(headers).not.toHaveProperty("content-encoding");
  expect(headers).not.toHaveProperty("content-length");
});

test("continues after the last received event, without loss or repetition", async () => {
  const first = await openStream(acme.owner);
  await createRole("Before the break");
  await first.waitUntil(() => first.actions().length > 0);
  first.close();
  const { id = "", sequence: last = 0 } = first.events.at(-1) ?? {};
  for (const name of ["Lost 1", "Lost 2", "Lost 3"]) await createRole(name);

  const byHeader = await openStream(acme.owner, { query: "", headers: { "last-event-id": id } });
  const byQuery = await openStream(acme.owner, { query: `?after=${id}` });
  await createRole("After the break");

  for (const again of [byHeader, byQuery]) {
    await again.waitUntil(() => again.actions().length === 4);
    expect(again.events.map(({ sequence }) => sequence)).toEqual([
      last,
      last + 1,
      last + 2,
      last + 3,
      last + 4,
    ]);
  }
});

test("a stream without a position starts a few seconds ago", async () => {
  const young = await t.organization();
  const add = (name: string) =>
    t.as(young.owner).post(`/organizations/${young.organizationId}/roles`, { name, permissions: [] });
  await add("Long known");
  t.clock.advance(10_000);
  await add("Perhaps not seen");
  const client = await openStream(young.owner, { of: young, query: "" });
  await client.waitUntil(() => client.actions().length === 1);
  expect(client.events.map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test("sends `reset` for a position that is too old or unknown", async () => {
  const large = await t.organization();
  const emails = Array.from({ length: 501 }, (_, n) => `many-${n}@x.example`);
  const invitations = emails.map((email) => ({ email, roleIds: [large.roles.viewer] }));
  const path = `/organizations/${large.organizationId}/invitations`;
  const lagging = await openStream(large.owner, { of: large });
  expect((await t.as(large.owner).post(path, { invitations })).statusCode).toBe(200);
  await lagging.waitUntil(() => lagging.actions().length === 501);

  const first = await readPosition(large, 1);
  const begin = async (after: string) =>
    (await openStream(large.owner, { of: large, query: `?after=${after}` })).events[0];
  expect(await begin(first)).toMatchObject({ name: "ready", id: first });
  const tooOld = `0.${"0".repeat(64)}`;
  const neverThere = `10000.${"a".repeat(64)}`;
  const ofOtherContent = `7.${"a".repeat(64)}`;
  const ofEarlierVersion = "400";
  for (const after of [tooOld, neverThere, ofOtherContent, ofEarlierVersion])
    expect(await begin(after)).toMatchObject({ name: "reset", id: await readPosition(large) });
});

test("sends events according to permissions, and positions for the others", async () => {
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const nobody = await t.user(acme, { roles: [] });
  const [asOwner, asViewer, asNobody] = [
    await openStream(acme.owner),
    await openStream(viewer),
    await openStream(nobody),
  ];
  const counts = [asOwner, asViewer, asNobody].map(({ actions }) => actions().length);
  const invitations = [{ email: "seen@x.example", roleIds: [acme.roles.viewer] }];
  await t.as(acme.owner).post(here("/invitations"), { invitations });
  await createRole("Seen by viewers");
  const added = ({ actions }: EventStreamClient, index: number) => actions().slice(counts[index]);

  await asOwner.waitUntil(() => added(asOwner, 0).length === 2);
  await asViewer.waitUntil(() => added(asViewer, 1).length === 1);
  const head = asOwner.events.at(-1)?.id;
  await asNobody.waitUntil(() => asNobody.events.at(-1)?.id === head);
  expect(added(asOwner, 0)).toEqual(["invitations.sent", "roles.created"]);
  expect(added(asViewer, 1)).toEqual(["roles.created"]);
  expect(asNobody.actions()).toEqual([]);
  expect(asNobody.text()).not.toContain("target");
});

test("sends no events of another organization", async () => {
  const other = await t.organization();
  const client = await openStream(acme.owner);
  const count = client.events.length;
  await t
    .as(other.owner)
    .post(`/organizations/${other.organizationId}/roles`, { name: "Theirs", permissions: [] });
  await createRole("Ours");
  await client.waitUntil(() => client.events.length > count);
  expect(client.events.slice(count).map(({ data }) => data.action)).toEqual(["roles.created"]);
  expect((await openStream(other.owner)).status).toBe(404);
});

test("sends `rights` after a permission was removed, and no more events that need it", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const client = await openStream(manager);
  const patch = (body: object, version: number) =>
    t.as(acme.owner).patch(here(`/users/${manager.userId}`), body, { "if-match": `"${version}"` });
  expect((await patch({ roleIds: [acme.roles.viewer] }, 1)).statusCode).toBe(200);
  await client.waitUntil(() => client.events.some(({ name }) => name === "rights"));
  const invitations = [{ email: "unseen@x.example", roleIds: [acme.roles.viewer] }];
  await t.as(acme.owner).post(here("/invitations"), { invitations });
  await createRole("Still seen");
  await client.waitUntil(() => client.actions().at(-1) === "roles.created");
  expect(client.actions().slice(-2)).toEqual(["users.roles-changed", "roles.created"]);
});

test("ends the stream of a suspended user without sending the suspension", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const client = await openStream(manager);
  await t
    .as(acme.owner)
    .patch(here(`/users/${manager.userId}`), { status: "suspended" }, { "if-match": '"1"' });
  await client.waitUntil(client.isClosed);
  expect(client.text()).not.toContain("users.suspended");
  expect((await openStream(manager)).status).toBe(401);
});

test("ends the stream when its session ends", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const token = await t.session(manager);
  const cookie = `gatehouse=${token}`;
  const client = await openEventStream(toStreamUrl(acme), { cookie });
  open.push(client);
  const url = "/api/v1/sessions/current";
  await t.app.inject({ method: "DELETE", url, headers: { cookie, origin: testOrigin } });
  await client.waitUntil(client.isClosed);
});

test("an open stream doesn't extend its session, and ends with it", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const client = await openStream(manager);
  const before = await t.sql("SELECT last_seen_at FROM sessions WHERE account_id = $1", [manager.accountId]);
  t.clock.advance(11 * 3_600_000);
  await createRole("Eleven hours later", (await t.organization()).owner);
  await (await openStream(manager)).waitUntil(() => true);
  expect(
    await t.sql("SELECT last_seen_at FROM sessions WHERE account_id = $1", [manager.accountId]),
  ).toContainEqual(before[0]);
  t.clock.advance(2 * 3_600_000);
  await client.waitUntil(client.isClosed);
});

test("allows ten streams per session, and another one after one was closed", async () => {
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const many = await Promise.all(
    Array.from({ length: 10 }, () => openEventStream(toStreamUrl(acme), { cookie })),
  );
  open.push(...many);
  const refused = await openEventStream(toStreamUrl(acme), { cookie });
  expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
  expect(JSON.parse(refused.text())).toMatchObject({ code: "busy" });
  expect((await openStream(acme.owner)).status).toBe(200);

  many[0]?.close();
  await expect
    .poll(async () => {
      const again = await openEventStream(toStreamUrl(acme), { cookie });
      open.push(again);
      return again.status;
    })
    .toBe(200);
});

test("a HEAD request doesn't count as a stream", async () => {
  const headers = { cookie: `gatehouse=${await t.session(acme.owner)}` };
  const url = toStreamUrl(acme).slice(base.length);
  for (let round = 0; round < 12; round += 1)
    expect((await t.app.inject({ method: "HEAD", url, headers })).statusCode).toBe(200);
  const client = await openEventStream(toStreamUrl(acme), headers);
  open.push(client);
  expect(client.status).toBe(200);
});

test.each(["", "-1", "x", "1e3", "9999999999999999", "1.", "1.AB", `1.${"g".repeat(64)}`, "1&since=1"])(
  "rejects ?after=%s",
  async (after) => {
    const refused = await openStream(acme.owner, { query: `?after=${after}` });
    expect(JSON.parse(refused.text())).toMatchObject({ status: 422, code: "request/invalid" });
  },
);

test("ignores an invalid Last-Event-ID", async () => {
  const { events } = await openStream(acme.owner, { query: "", headers: { "last-event-id": "0x12" } });
  expect(events[0]?.name).toBe("ready");
});

test("open streams hold no database connections", async () => {
  await Promise.all(Array.from({ length: 8 }, () => openStream(acme.owner)));
  const responses = await Promise.all(
    Array.from({ length: 20 }, () => t.as(acme.owner).get(here("/users?limit=1"))),
  );
  expect(responses.map(({ statusCode }) => statusCode)).toEqual(responses.map(() => 200));
  expect(t.engine.pool.waitingCount).toBe(0);
});

test("closing the application ends its streams immediately", async () => {
  const app = await createApp(t.deps);
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const url = `${address}/api/v1/organizations/${acme.organizationId}/events`;
  const client = await openEventStream(url, { cookie });
  await app.close();
  await client.waitUntil(client.isClosed);
});
