/** Whole copies: of one history only, for as long as the program may have them. */
import type { AddressInfo } from "node:net";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse, type GatehouseProgress } from "@gatehouse/sdk";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { changeHistory } from "../../../test/change-history.ts";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { DatabaseUnavailable } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { createChangeFeed } from "./change-feed.ts";
import { createLoadQueue } from "./load-queue.ts";
import { origin, type Position } from "./position.ts";
import { findHead } from "./queries.ts";
import { wholeCopy } from "./whole-copy.ts";

const count = 2_400; // three pages

let t: TestApp;
let acme: TestOrganization;
let users: readonly TestUser[];

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  users = await t.users(
    acme,
    Array.from({ length: count }, () => ({ roles: ["viewer"] })),
  );
});
afterAll(() => t.close());

async function happen(): Promise<Position> {
  const name = `Role ${t.deps.ids.next()}`;
  const made = await t
    .as(acme.owner)
    .post(`/organizations/${acme.organizationId}/roles`, { name, permissions: [] });
  expect(made.statusCode).toBe(201);
  const { organizationId } = acme;
  const head = await t.db.tenant(organizationId, (tx) => findHead(tx, organizationId, origin));
  return head ?? origin;
}

function copy(check: () => Promise<void> = async () => undefined, db = t.db) {
  const actor = { organizationId: acme.organizationId } as Actor;
  const follower = { actor, again: async () => actor, gone: new AbortController().signal };
  return wholeCopy({ db, loads: createLoadQueue(1) }, follower, { beat: 60_000, check });
}

test("a copy that began in one history is not finished out of another one", async () => {
  await happen();
  const pieces = copy();
  const begun = [await pieces.next(), await pieces.next(), await pieces.next()];
  expect(begun.map(({ done, value }) => [done, /^event: (\w+)/.exec(String(value))?.[1]])).toEqual([
    [false, "reset"],
    [false, "roles"],
    [false, "users"],
  ]);
  await changeHistory(t, acme.organizationId);
  expect(await pieces.next()).toEqual({ done: true, value: null });
});

test("what changed while a copy was read is part of it", async () => {
  const pieces = copy();
  await pieces.next();
  const name = (await pieces.next()).value;
  const seen = await happen();
  const texts = [String(name)];
  let last = await pieces.next();
  for (; !last.done; last = await pieces.next()) texts.push(String(last.value));
  expect(last.value).toMatchObject({ position: seen });
  expect(texts.map((text) => /^event: (\w+)/.exec(text)?.[1])).toEqual([
    "roles",
    ...["users", "users", "users"],
    "roles", // the one that was made meanwhile
  ]);
});

test("a copy goes on where it was when the database comes back", async () => {
  const { tenant } = t.db;
  let reads = 0;
  const failing: typeof tenant = async (...given) => {
    reads += 1;
    if (reads % 2 === 0) throw new DatabaseUnavailable("It is away.");
    return tenant(...given);
  };
  const pieces = copy(undefined, { ...t.db, tenant: failing });
  const texts: string[] = [];
  let last = await pieces.next();
  for (; !last.done; last = await pieces.next()) texts.push(String(last.value));
  expect(last.value).not.toBeNull();
  expect(texts.filter((text) => text.startsWith("event: users"))).toHaveLength(3);
});

test("a copy ends when the program may not have it any more", async () => {
  let checks = 0;
  const pieces = copy(async () => {
    checks += 1;
    if (checks === 2) throw new Error("revoked");
  });
  const read = async () => {
    for (let piece = await pieces.next(); !piece.done; ) piece = await pieces.next();
  };
  await expect(read()).rejects.toThrow("revoked");
});

test("a program that loses its right while it holds back the last page has no whole copy", async () => {
  let isRevoked = false;
  const pieces = copy(async () => {
    if (isRevoked) throw new Error("revoked");
  });
  let pages = 0;
  while (pages < 3) if (String((await pieces.next()).value).startsWith("event: users")) pages += 1;
  isRevoked = true;
  await expect(pieces.next()).rejects.toThrow("revoked");
});

test("who follows finds out that the history is another one, and goes on in it", async () => {
  const before = await happen();
  const feed = createChangeFeed(t.db, 3_600_000);
  onTestFinished(feed.close);
  const seat = feed.join(acme.organizationId, before);
  await seat.refresh(0);
  expect(await seat.after(before)).toEqual([]);
  const woken = seat.next(before, new AbortController().signal);
  await changeHistory(t, acme.organizationId);
  await seat.refresh(0);
  await woken;
  expect(await seat.after(before)).toBeNull();
  const { organizationId } = acme;
  const here = await t.db.tenant(organizationId, (tx) => findHead(tx, organizationId, origin));
  expect(await seat.after(here ?? origin)).toEqual([]);
  const next = await happen();
  await seat.refresh(0);
  expect(await seat.after(here ?? origin)).toMatchObject([next]);
});

test("ten copies that start together are all loaded, and tell how far they are", {
  timeout: 60_000,
}, async () => {
  await t.app.listen({ port: 0, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${(t.app.server.address() as AddressInfo).port}`;
  const { key } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  const told: GatehouseProgress[][] = [];
  const copies = Array.from({ length: 10 }, () => {
    const progress: GatehouseProgress[] = [];
    told.push(progress);
    const options = { url, apiKey: key, organizationId: acme.organizationId, permissions: exampleCatalogue };
    const gatehouse = createGatehouse({
      ...options,
      maxStaleness: 20_000,
      onProgress: (now) => progress.push(now),
    });
    onTestFinished(gatehouse.close);
    return gatehouse;
  });
  let ready = 0;
  await Promise.all(copies.map((one) => one.ready().then(() => (ready += 1))));
  expect(ready).toBe(10);
  const [first, last] = [users[0], users.at(-1)];
  for (const one of copies)
    for (const user of [first, last]) expect(one.can(user?.userId ?? "", "campaigns:view")).toBe(true);
  const total = count + 1; // the owner, too
  for (const progress of told) expect(progress.at(-1)).toEqual({ read: total, total });
});
