/** Sealing beside open, killed and concurrent transactions. */
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { serverUrl, toDatabaseUrl } from "../../test/database-template.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { rounds } from "../../test/rounds.ts";
import { runConcurrently } from "../../test/run-concurrently.ts";
import { sql } from "../db/sql.ts";
import { systemIds } from "../ports/ids.ts";
import { sealCommittedEvents, sealEvents } from "./seal.ts";
import { verifyChain } from "./verify.ts";

let t: TestApp;
let acme: TestOrganization;
const clients: pg.Client[] = [];

beforeAll(async () => {
  t = await createTestApp();
});
beforeEach(async () => {
  acme = await t.organization();
});
afterAll(async () => {
  for (const client of clients) await client.end().catch(() => undefined);
  await t.close();
});

/** A separate connection with an open transaction of the organization. */
async function open(database = new URL(t.url ?? "").pathname.slice(1)): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: toDatabaseUrl(serverUrl(), database) });
  client.on("error", () => undefined);
  clients.push(client);
  await client.connect();
  await client.query("begin");
  return client;
}

async function enter(client: pg.Client): Promise<void> {
  await client.query(
    `set local role gatehouse_app; set local gatehouse.organization_id = '${acme.organizationId}'`,
  );
}

async function append(client: pg.Client, name: string): Promise<void> {
  const entry = {
    event_id: systemIds.next(),
    at: new Date(),
    actor_type: "system",
    actor_name: "Test",
    action: "users.edited",
    target_type: "user",
    target_name: name,
    changes: [],
    request_id: systemIds.next(),
  };
  await client.query("SELECT append_audit_events($1, $2)", [acme.organizationId, JSON.stringify([entry])]);
}

async function openWith(name: string): Promise<pg.Client> {
  const client = await open();
  await enter(client);
  await append(client, name);
  return client;
}

async function write(name: string): Promise<void> {
  const client = await openWith(name);
  await client.query("commit");
  await client.end();
}

const seal = () => sealCommittedEvents(t.db, acme.organizationId);

async function readLog(): Promise<readonly string[]> {
  return t.db.tenant(acme.organizationId, async (tx) => {
    const { rows } = await tx.query(sql<{ name: string }>`
      SELECT target_name AS name FROM audit_events WHERE organization_id = ${acme.organizationId} ORDER BY sequence`);
    return rows.map(({ name }) => name);
  });
}

async function expectWholeChain(names: readonly string[]): Promise<void> {
  expect(await seal()).toBe(true);
  const log = await readLog();
  expect([...log].sort()).toEqual([...names].sort());
  expect(await verifyChain(t.db, acme.organizationId)).toMatchObject({
    events: names.length,
    brokenAt: null,
  });
}

test("an event of a long transaction follows those that were committed before it, without a gap or a loss", async () => {
  const long = await openWith("Long");
  await write("Second");
  expect(await seal()).toBe(true);
  expect(await readLog()).toEqual(["Second"]);
  await write("Third");
  await long.query("commit");
  await write("Fourth");
  await seal();
  expect(await readLog()).toEqual(["Second", "Long", "Third", "Fourth"]);
  await expectWholeChain(["Second", "Long", "Third", "Fourth"]);
});

test("open transactions elsewhere in the cluster delay nothing", async () => {
  const elsewhere = await open("postgres");
  await elsewhere.query("SELECT pg_current_xact_id()");
  const here = await open();
  await here.query("SELECT pg_current_xact_id()");
  const snapshot = await open();
  await snapshot.query("set transaction isolation level repeatable read");
  await snapshot.query("SELECT 1");
  await write("Sealed at once");
  expect(await seal()).toBe(true);
  expect(await readLog()).toEqual(["Sealed at once"]);
  for (const client of [elsewhere, here, snapshot]) await client.query("rollback");
});

test("an event comes after that of the transaction whose lock it waited for", async () => {
  const { userId } = acme.owner;
  const lock = "SELECT FROM users WHERE organization_id = $1 AND user_id = $2 FOR UPDATE";
  const waiting = await open();
  await enter(waiting);
  await waiting.query("SELECT pg_current_xact_id()"); // the older transaction id
  const first = await open();
  await enter(first);
  await first.query(lock, [acme.organizationId, userId]);
  const locked = waiting.query(lock, [acme.organizationId, userId]);
  await append(first, "First");
  await first.query("commit");
  await locked;
  await append(waiting, "Second");
  await waiting.query("commit");
  await seal();
  expect(await readLog()).toEqual(["First", "Second"]);
});

test("several transactions that seal at once, beside writers, number each event once", async () => {
  for (let round = 1; round <= rounds(20); round++) {
    acme = await t.organization();
    const names = Array.from({ length: 12 }, (_, n) => `Event ${n}`);
    const writers = await Promise.all(names.map((name) => openWith(name)));
    const results = await runConcurrently(writers.length + 8, async (n) => {
      const client = writers[n];
      if (client === undefined) return seal();
      if (n % 4 === 0) await wait(n);
      await client.query(n === 5 ? "rollback" : "commit");
      return sealEventsOnce();
    });
    expect(results.filter(({ status }) => status === "rejected")).toEqual([]);
    await expectWholeChain(names.filter((name) => name !== "Event 5"));
    for (const client of writers) await client.end();
  }
});

const sealEventsOnce = () =>
  t.db.tenant(acme.organizationId, (tx) => sealEvents(tx, acme.organizationId), { isUnqueued: true });

test.each(["append", "commit", "seal", "commit of the seal"])(
  "a connection that is killed before the next step after the %s loses no committed event",
  async (last) => {
    await write("Before");
    const client = await openWith("Killed");
    if (last !== "append") await client.query("commit");
    if (last.includes("seal")) {
      await client.query("begin");
      await enter(client);
      await client.query("SELECT seal_audit_events($1, 1000)", [acme.organizationId]);
      expect(await sealEventsOnce()).toBe("busy");
    }
    if (last === "commit of the seal") await client.query("commit");
    const { rows } = await client.query("SELECT pg_backend_pid() AS pid");
    await t.sql("SELECT pg_terminate_backend($1, 5000)", [rows[0].pid]);
    await expectWholeChain(last === "append" ? ["Before"] : ["Before", "Killed"]);
  },
);

test("the log shows events that can't be sealed yet without number and hash, and the verification reports them", async () => {
  const { organizationId } = acme;
  const owner = t.as(acme.owner);
  const log = `/organizations/${organizationId}/audit-events`;
  const list = async (query = "") =>
    (await owner.get(`${log}${query}`)).json<{
      items: { action: string; sequence: number | null; hash: string | null; target: { name: string } }[];
      nextCursor: string | null;
      total: unknown;
    }>();
  await write("Sealed");
  await seal();
  const sealer = await open();
  await sealer.query("SELECT FROM audit_heads WHERE organization_id = $1 FOR UPDATE", [organizationId]);
  await write("Ayşe One");
  await write("Two");

  const shown = await list("?limit=2");
  expect(shown.items.map(({ target, sequence, hash }) => [target.name, sequence, hash])).toEqual([
    ["Two", null, null],
    ["Ayşe One", null, null],
  ]);
  expect(shown.total).toEqual({ count: 3, exact: true });
  const next = await list(`?limit=2&cursor=${shown.nextCursor}`);
  expect(next.items.map(({ target, sequence }) => [target.name, sequence])).toEqual([["Sealed", 1]]);
  const found = await list("?query=ayse");
  expect(found.items.map(({ target }) => target.name)).toEqual(["Ayşe One"]);
  expect(found.total).toEqual({ count: 1, exact: true });
  const report = await verifyChain(t.db, organizationId, { sealWithin: 0 });
  expect(report).toMatchObject({ events: 1, brokenAt: { sequence: 2, reason: "unsealed" } });
  const exported = (await owner.get(`${log}/export`)).body.trim().split("\n");
  expect(exported.map((line) => JSON.parse(line).sequence)).toEqual([1, null, null, null]);

  await sealer.query("rollback");
  const after = await list();
  expect(after.items.map(({ target, sequence }) => [target.name, sequence])).toEqual([
    ["Audit log", 4],
    ["Two", 3],
    ["Ayşe One", 2],
    ["Sealed", 1],
  ]);
  expect(await verifyChain(t.db, organizationId)).toMatchObject({ events: 4, brokenAt: null });
});
