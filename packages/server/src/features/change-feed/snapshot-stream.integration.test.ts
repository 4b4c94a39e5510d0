/** Snapshots: of one database history, and only while the program has access. */
import type { AddressInfo } from "node:net";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse, type GatehouseProgress } from "@gatehouse/sdk";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { replaceLastEvent } from "../../../test/test-database.ts";
import { sealCommittedEvents } from "../../audit/seal.ts";
import type { Actor } from "../../auth/actor.ts";
import { DatabaseUnavailable } from "../../db/database.ts";
import { Semaphore } from "../../semaphore.ts";
import { streamSnapshot } from "./access-stream.ts";
import { createChangeFeed } from "./change-feed.ts";
import { findHead, type Position, startPosition } from "./position.ts";
import { snapshotPageSize } from "./snapshot-page.ts";

const count = 2 * snapshotPageSize + 400; // three pages

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

async function createRole(): Promise<Position> {
  const name = `Role ${t.deps.ids.next()}`;
  const created = await t
    .as(acme.owner)
    .post(`/organizations/${acme.organizationId}/roles`, { name, permissions: [] });
  expect(created.statusCode).toBe(201);
  const { organizationId } = acme;
  await sealCommittedEvents(t.db, organizationId);
  const head = await t.db.tenant(organizationId, (tx) => findHead(tx, organizationId, startPosition));
  return head ?? startPosition;
}

function openSnapshot(check: () => Promise<void> = async () => undefined, db = t.db) {
  const actor = { organizationId: acme.organizationId } as Actor;
  const subscriber = { actor, reauthenticate: async () => actor, signal: new AbortController().signal };
  return streamSnapshot({ db, loads: new Semaphore(1) }, subscriber, { heartbeatMs: 60_000, check });
}

test("stops when the database gets another history", async () => {
  await createRole();
  const chunks = openSnapshot();
  const begun = [await chunks.next(), await chunks.next(), await chunks.next()];
  expect(begun.map(({ done, value }) => [done, /^event: (\w+)/.exec(String(value))?.[1]])).toEqual([
    [false, "reset"],
    [false, "roles"],
    [false, "snapshot"],
  ]);
  await replaceLastEvent(t, acme.organizationId);
  expect(await chunks.next()).toEqual({ done: true, value: null });
});

test("includes changes that were made while it was read", async () => {
  const chunks = openSnapshot();
  await chunks.next();
  const name = (await chunks.next()).value;
  const seen = await createRole();
  const texts = [String(name)];
  let last = await chunks.next();
  for (; !last.done; last = await chunks.next()) texts.push(String(last.value));
  expect(last.value).toMatchObject({ position: seen });
  expect(texts.map((text) => /^event: (\w+)/.exec(text)?.[1])).toEqual([
    "roles",
    ...["snapshot", "snapshot", "snapshot"],
    "roles", // created meanwhile
  ]);
});

test("continues when the database is available again", async () => {
  const { tenant } = t.db;
  let reads = 0;
  const failing: typeof tenant = async (...given) => {
    reads += 1;
    if (reads % 2 === 0) throw new DatabaseUnavailable("It is away.");
    return tenant(...given);
  };
  const chunks = openSnapshot(undefined, { ...t.db, tenant: failing });
  const texts: string[] = [];
  let last = await chunks.next();
  for (; !last.done; last = await chunks.next()) texts.push(String(last.value));
  expect(last.value).not.toBeNull();
  expect(texts.filter((text) => text.startsWith("event: snapshot"))).toHaveLength(3);
});

test("ends when the program loses access", async () => {
  let checks = 0;
  const chunks = openSnapshot(async () => {
    checks += 1;
    if (checks === 2) throw new Error("revoked");
  });
  const read = async () => {
    for (let piece = await chunks.next(); !piece.done; ) piece = await chunks.next();
  };
  await expect(read()).rejects.toThrow("revoked");
});

test("doesn't complete if the program loses access during the last page", async () => {
  let isRevoked = false;
  const chunks = openSnapshot(async () => {
    if (isRevoked) throw new Error("revoked");
  });
  let pages = 0;
  while (pages < 3) if (String((await chunks.next()).value).startsWith("event: snapshot")) pages += 1;
  isRevoked = true;
  await expect(chunks.next()).rejects.toThrow("revoked");
});

test("a subscription detects another history and continues in it", async () => {
  const before = await createRole();
  const feed = createChangeFeed(t.db, 3_600_000);
  onTestFinished(feed.close);
  const subscription = feed.subscribe(acme.organizationId, before);
  await subscription.refresh(0);
  expect(await subscription.readAfter(before)).toEqual([]);
  const woken = subscription.waitForNext(before, new AbortController().signal);
  await replaceLastEvent(t, acme.organizationId);
  await subscription.refresh(0);
  await woken;
  expect(await subscription.readAfter(before)).toBeNull();
  const { organizationId } = acme;
  const here = await t.db.tenant(organizationId, (tx) => findHead(tx, organizationId, startPosition));
  expect(await subscription.readAfter(here ?? startPosition)).toEqual([]);
  const next = await createRole();
  await subscription.refresh(0);
  expect(await subscription.readAfter(here ?? startPosition)).toMatchObject([next]);
});

test("ten replicas that start together all load, and report progress", async () => {
  await t.app.listen({ port: 0, host: "127.0.0.1" });
  const url = `http://127.0.0.1:${(t.app.server.address() as AddressInfo).port}`;
  const { key } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  const allProgress: GatehouseProgress[][] = [];
  const replicas = Array.from({ length: 10 }, () => {
    const progress: GatehouseProgress[] = [];
    allProgress.push(progress);
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
  await Promise.all(replicas.map((one) => one.ready().then(() => (ready += 1))));
  expect(ready).toBe(10);
  const [first, last] = [users[0], users.at(-1)];
  for (const one of replicas)
    for (const user of [first, last]) expect(one.can(user?.userId ?? "", "campaigns:view")).toBe(true);
  const total = count + 1; // includes the owner
  for (const progress of allProgress) expect(progress.at(-1)).toEqual({ read: total, total });
});
