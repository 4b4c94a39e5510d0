import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { type Following, followEvents } from "../../../test/follow-events.ts";
import { createApp } from "../../app.ts";

let t: TestApp;
let acme: TestOrganization;
let base: string;
const open: Following[] = [];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  base = await t.app.listen({ port: 0, host: "127.0.0.1" });
});
afterEach(() => {
  for (const following of open.splice(0)) following.close();
});
afterAll(() => t.close());

const streamOf = ({ organizationId }: TestOrganization, query = "") =>
  `${base}/api/v1/organizations/${organizationId}/events${query}`;
const here = (path: string) => `/organizations/${acme.organizationId}${path}`;

/** From now on, unless the query says otherwise. */
async function follow(
  as: Pick<TestUser, "accountId">,
  options: { query?: string; headers?: object; of?: TestOrganization } = {},
): Promise<Following> {
  const { of = acme, headers = {} } = options;
  const cookie = `gatehouse=${await t.session(as)}`;
  const query = options.query ?? `?after=${await positionAt(of)}`;
  const following = await followEvents(streamOf(of, query), { cookie, ...headers });
  open.push(following);
  return following;
}

/** The id of an organization's event: of the last one, unless it is named. */
async function positionAt({ organizationId }: TestOrganization, sequence?: number): Promise<string> {
  const where =
    "WHERE organization_id = $1 AND ($2::bigint IS NULL OR sequence = $2) ORDER BY sequence DESC LIMIT 1";
  const [row] = await t.sql(`SELECT sequence, hash FROM audit_events ${where}`, [
    organizationId,
    sequence ?? null,
  ]);
  return row === undefined ? `0.${"0".repeat(64)}` : `${row["sequence"]}.${row["hash"]}`;
}

const makeRole = (name: string, by: TestUser = acme.owner) =>
  t.as(by).post(here("/roles"), { name, permissions: [] });

test("what happens is told at once and once, with the request that did it", async () => {
  const following = await follow(acme.owner);
  const seen = following.events.length;
  const waits: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const startedAt = performance.now();
    const answer = await makeRole(`At once ${round}`);
    await following.until(() => following.events.length > seen + round);
    waits.push(performance.now() - startedAt);
    expect(following.events.at(-1)).toEqual({
      name: "change",
      id: await positionAt(acme),
      sequence: following.events.at(-1)?.data.sequence,
      data: {
        sequence: expect.any(Number),
        action: "roles.created",
        target: { type: "role", id: answer.json().id },
        actorId: acme.owner.userId,
        requestId: answer.headers["x-request-id"],
      },
    });
  }
  const sequences = following.events.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
  expect(waits.toSorted((one, other) => one - other)[4]).toBeLessThan(500);
});

test("the stream has the headers of one, and neither a proxy nor a browser keeps it", async () => {
  const { headers } = await follow(acme.owner);
  expect(headers).toMatchObject({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  expect(headers).not.toHaveProperty("content-encoding");
  expect(headers).not.toHaveProperty("content-length");
});

test("a stream goes on where another one broke off, without loss or repetition", async () => {
  const first = await follow(acme.owner);
  await makeRole("Before the break");
  await first.until(() => first.actions().length > 0);
  first.close();
  const { id = "", sequence: last = 0 } = first.events.at(-1) ?? {};
  for (const name of ["Lost 1", "Lost 2", "Lost 3"]) await makeRole(name);

  const byHeader = await follow(acme.owner, { query: "", headers: { "last-event-id": id } });
  const byQuery = await follow(acme.owner, { query: `?after=${id}` });
  await makeRole("After the break");

  for (const again of [byHeader, byQuery]) {
    await again.until(() => again.actions().length === 4);
    expect(again.events.map(({ sequence }) => sequence)).toEqual([
      last,
      last + 1,
      last + 2,
      last + 3,
      last + 4,
    ]);
  }
});

test("a page that has just been loaded is told what happened in the last seconds, too", async () => {
  const young = await t.organization();
  const add = (name: string) =>
    t.as(young.owner).post(`/organizations/${young.organizationId}/roles`, { name, permissions: [] });
  await add("Long known");
  t.clock.advance(10_000);
  await add("Perhaps not seen");
  const following = await follow(young.owner, { of: young, query: "" });
  await following.until(() => following.actions().length === 1);
  expect(following.events.map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test("who missed too much, or comes from another log, is told to read everything again", async () => {
  const large = await t.organization();
  const emails = Array.from({ length: 501 }, (_, n) => `many-${n}@x.example`);
  const invitations = emails.map((email) => ({ email, roleIds: [large.roles.viewer] }));
  const path = `/organizations/${large.organizationId}/invitations`;
  const behind = await follow(large.owner, { of: large });
  expect((await t.as(large.owner).post(path, { invitations })).statusCode).toBe(200);
  await behind.until(() => behind.actions().length === 501);

  const first = await positionAt(large, 1);
  const begin = async (after: string) =>
    (await follow(large.owner, { of: large, query: `?after=${after}` })).events[0];
  expect(await begin(first)).toMatchObject({ name: "ready", id: first });
  const tooOld = `0.${"0".repeat(64)}`;
  const neverThere = `10000.${"a".repeat(64)}`;
  const ofOtherContent = `7.${"a".repeat(64)}`;
  const ofEarlierVersion = "400";
  for (const after of [tooOld, neverThere, ofOtherContent, ofEarlierVersion])
    expect(await begin(after)).toMatchObject({ name: "reset", id: await positionAt(large) });
});

test("everybody is told what they may see, and where the rest of the log has come to", async () => {
  const viewer = await t.user(acme, { roles: ["viewer"] });
  const nobody = await t.user(acme, { roles: [] });
  const [asOwner, asViewer, asNobody] = [
    await follow(acme.owner),
    await follow(viewer),
    await follow(nobody),
  ];
  const counts = [asOwner, asViewer, asNobody].map(({ actions }) => actions().length);
  const invitations = [{ email: "seen@x.example", roleIds: [acme.roles.viewer] }];
  await t.as(acme.owner).post(here("/invitations"), { invitations });
  await makeRole("Seen by viewers");
  const added = ({ actions }: Following, index: number) => actions().slice(counts[index]);

  await asOwner.until(() => added(asOwner, 0).length === 2);
  await asViewer.until(() => added(asViewer, 1).length === 1);
  const head = asOwner.events.at(-1)?.id;
  await asNobody.until(() => asNobody.events.at(-1)?.id === head);
  expect(added(asOwner, 0)).toEqual(["invitations.sent", "roles.created"]);
  expect(added(asViewer, 1)).toEqual(["roles.created"]);
  expect(asNobody.actions()).toEqual([]);
  expect(asNobody.text()).not.toContain("target");
});

test("what happens in another organization is told to nobody here", async () => {
  const other = await t.organization();
  const following = await follow(acme.owner);
  const count = following.events.length;
  await t
    .as(other.owner)
    .post(`/organizations/${other.organizationId}/roles`, { name: "Theirs", permissions: [] });
  await makeRole("Ours");
  await following.until(() => following.events.length > count);
  expect(following.events.slice(count).map(({ data }) => data.action)).toEqual(["roles.created"]);
  expect((await follow(other.owner)).status).toBe(404);
});

test("whoever loses a right is told so, and no longer what it let them see", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const following = await follow(manager);
  const patch = (body: object, version: number) =>
    t.as(acme.owner).patch(here(`/users/${manager.userId}`), body, { "if-match": `"${version}"` });
  expect((await patch({ roleIds: [acme.roles.viewer] }, 1)).statusCode).toBe(200);
  await following.until(() => following.events.some(({ name }) => name === "rights"));
  const invitations = [{ email: "unseen@x.example", roleIds: [acme.roles.viewer] }];
  await t.as(acme.owner).post(here("/invitations"), { invitations });
  await makeRole("Still seen");
  await following.until(() => following.actions().at(-1) === "roles.created");
  expect(following.actions().slice(-2)).toEqual(["users.roles-changed", "roles.created"]);
});

test("the stream of somebody who is suspended ends, without a word about it", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const following = await follow(manager);
  await t
    .as(acme.owner)
    .patch(here(`/users/${manager.userId}`), { status: "suspended" }, { "if-match": '"1"' });
  await following.until(following.isOver);
  expect(following.text()).not.toContain("users.suspended");
  expect((await follow(manager)).status).toBe(401);
});

test("the stream ends with its session", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const token = await t.session(manager);
  const cookie = `gatehouse=${token}`;
  const following = await followEvents(streamOf(acme), { cookie });
  open.push(following);
  const url = "/api/v1/sessions/current";
  await t.app.inject({ method: "DELETE", url, headers: { cookie, origin: testOrigin } });
  await following.until(following.isOver);
});

test("following is no use of a session: it runs out all the same, and the stream with it", async () => {
  const manager = await t.user(acme, { roles: ["app-admin"] });
  const following = await follow(manager);
  const before = await t.sql("SELECT last_seen_at FROM sessions WHERE account_id = $1", [manager.accountId]);
  t.clock.advance(11 * 3_600_000);
  await makeRole("Eleven hours later", (await t.organization()).owner);
  await (await follow(manager)).until(() => true);
  expect(
    await t.sql("SELECT last_seen_at FROM sessions WHERE account_id = $1", [manager.accountId]),
  ).toContainEqual(before[0]);
  t.clock.advance(2 * 3_600_000);
  await following.until(following.isOver);
});

test("a session has ten streams at most, and a place is free again when one is left", async () => {
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const many = await Promise.all(Array.from({ length: 10 }, () => followEvents(streamOf(acme), { cookie })));
  open.push(...many);
  const refused = await followEvents(streamOf(acme), { cookie });
  expect(refused).toMatchObject({ status: 429, headers: { "retry-after": "30" } });
  expect(JSON.parse(refused.text())).toMatchObject({ code: "busy" });
  expect((await follow(acme.owner)).status).toBe(200);

  many[0]?.close();
  await expect
    .poll(async () => {
      const again = await followEvents(streamOf(acme), { cookie });
      open.push(again);
      return again.status;
    })
    .toBe(200);
});

test("asking for the head alone takes no place", async () => {
  const headers = { cookie: `gatehouse=${await t.session(acme.owner)}` };
  const url = streamOf(acme).slice(base.length);
  for (let round = 0; round < 12; round += 1)
    expect((await t.app.inject({ method: "HEAD", url, headers })).statusCode).toBe(200);
  const following = await followEvents(streamOf(acme), headers);
  open.push(following);
  expect(following.status).toBe(200);
});

test.each(["", "-1", "x", "1e3", "9999999999999999", "1.", "1.AB", `1.${"g".repeat(64)}`, "1&since=1"])(
  "refuses ?after=%s",
  async (after) => {
    const refused = await follow(acme.owner, { query: `?after=${after}` });
    expect(JSON.parse(refused.text())).toMatchObject({ status: 422, code: "request/invalid" });
  },
);

test("a Last-Event-ID that we never gave is as good as none", async () => {
  const { events } = await follow(acme.owner, { query: "", headers: { "last-event-id": "0x12" } });
  expect(events[0]?.name).toBe("ready");
});

test("open streams leave the database to others", async () => {
  await Promise.all(Array.from({ length: 8 }, () => follow(acme.owner)));
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => t.as(acme.owner).get(here("/users?limit=1"))),
  );
  expect(answers.map(({ statusCode }) => statusCode)).toEqual(answers.map(() => 200));
  expect(t.engine.pool.waitingCount).toBe(0);
});

test("an application that closes ends its streams and waits for nobody", async () => {
  const app = await createApp(t.deps);
  const address = await app.listen({ port: 0, host: "127.0.0.1" });
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const url = `${address}/api/v1/organizations/${acme.organizationId}/events`;
  const following = await followEvents(url, { cookie });
  const closed = app.close().then(() => "closed");
  expect(await Promise.race([closed, wait(3_000, "still open")])).toBe("closed");
  await following.until(following.isOver);
});
