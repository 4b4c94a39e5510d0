import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type TestOrganization } from "../../test/factories.ts";
import { runConcurrently } from "../../test/run-concurrently.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestClock, type TestClock } from "../../test/test-doubles.ts";
import { sql } from "../db/sql.ts";
import { systemIds } from "../ports/ids.ts";
import { record } from "./record.ts";
import { listOrganizationsToSeal, sealCommittedEvents, sealEvents } from "./seal.ts";
import { startSealing } from "./start-sealing.ts";
import { verifyChain } from "./verify.ts";

let t: TestDatabase;
let clock: TestClock;
let acme: TestOrganization;

beforeAll(async () => {
  t = await createTestDatabase();
  clock = createTestClock();
  const factories = createFactories({ db: t.db, clock, ids: systemIds });
  acme = await factories.organization();
});
afterAll(() => t.close());

async function write(name: string, { organizationId, owner } = acme, requestId = "request"): Promise<void> {
  const origin = { ip: "127.0.0.1", userAgent: null, requestId };
  const actor = { type: "user", id: owner.userId, name: owner.name, organizationId, origin } as const;
  const target = { type: "user", id: null, name };
  await t.db.tenant(organizationId, (tx) =>
    record({ clock, ids: systemIds }, tx, actor, [{ action: "users.edited", target }]),
  );
}

/** Counts without sealing, as `t.sql` would. */
async function countUnsealed({ organizationId } = acme): Promise<number> {
  return t.db.tenant(organizationId, async (tx) => {
    const { rows } = await tx.query(sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM unsealed_audit_events WHERE organization_id = ${organizationId}`);
    return rows[0]?.count ?? 0;
  });
}

async function listNames({ organizationId } = acme): Promise<readonly string[]> {
  return t.db.tenant(organizationId, async (tx) => {
    const { rows } = await tx.query(sql<{ name: string }>`
      SELECT target_name AS name FROM audit_events WHERE organization_id = ${organizationId} ORDER BY sequence`);
    return rows.map(({ name }) => name);
  });
}

test("an event is appended without a number, and gets number and hash after its commit", async () => {
  await write("First");
  expect(await countUnsealed()).toBe(1);
  expect(await listNames()).toEqual([]);
  expect(await listOrganizationsToSeal(t.db)).toEqual([acme.organizationId]);
  expect(await sealCommittedEvents(t.db, acme.organizationId)).toBe(true);
  expect(await countUnsealed()).toBe(0);
  expect(await listNames()).toEqual(["First"]);
  expect(await listOrganizationsToSeal(t.db)).toEqual([]);
  expect(await verifyChain(t.db, acme.organizationId)).toMatchObject({ events: 1, brokenAt: null });
});

test("a rolled back transaction leaves neither an event nor a gap", async () => {
  const before = await listNames();
  const failed = t.db.tenant(acme.organizationId, async (tx) => {
    const entry = JSON.stringify([{ ...forged, event_id: systemIds.next() }]);
    await tx.query(sql`SELECT append_audit_events(${acme.organizationId}::uuid, ${entry}::jsonb)`);
    throw new Error("rolled back");
  });
  await expect(failed).rejects.toThrow("rolled back");
  await write("After a rollback");
  await sealCommittedEvents(t.db, acme.organizationId);
  expect(await listNames()).toEqual([...before, "After a rollback"]);
  expect(await verifyChain(t.db, acme.organizationId)).toMatchObject({ brokenAt: null });
});

test("events keep the order of their transactions when the clock is set back", async () => {
  await sealCommittedEvents(t.db, acme.organizationId);
  const before = await listNames();
  await write("At noon");
  clock.advance(-3_600_000);
  await write("An hour earlier");
  clock.advance(3_600_000);
  await write("At noon again");
  await sealCommittedEvents(t.db, acme.organizationId);
  expect((await listNames()).slice(before.length)).toEqual(["At noon", "An hour earlier", "At noon again"]);
  expect(await verifyChain(t.db, acme.organizationId)).toMatchObject({ brokenAt: null });
});

test("more events than one transaction seals are sealed in order", async () => {
  const { organizationId } = acme;
  await sealCommittedEvents(t.db, organizationId);
  const before = (await listNames()).length;
  const names = Array.from({ length: 4_500 }, (_, n) => `Event ${n}`);
  const entries = names.map((name) => ({ ...forged, event_id: systemIds.next(), target_name: name }));
  await t.db.tenant(organizationId, (tx) =>
    tx.query(sql`SELECT append_audit_events(${organizationId}::uuid, ${JSON.stringify(entries)}::jsonb)`),
  );
  const outcome = () => t.db.tenant(organizationId, (tx) => sealEvents(tx, organizationId));
  expect(await outcome()).toBe("more");
  expect(await countUnsealed()).toBe(2_500);
  expect(await sealCommittedEvents(t.db, organizationId)).toBe(true);
  expect((await listNames()).slice(before)).toEqual(names);
  expect(await verifyChain(t.db, organizationId)).toMatchObject({ events: before + 4_500, brokenAt: null });
});

test("the background seals after a commit, and what was left by a process that ended", async () => {
  await write("Left behind");
  const warnings: unknown[] = [];
  const log = { warn: (details: object) => warnings.push(details) };
  const sealing = startSealing({ db: t.db, log }, { delay: 1 });
  await expect.poll(() => countUnsealed()).toBe(0);
  await runConcurrently(10, (n) => write(`Concurrent ${n}`));
  await expect.poll(() => countUnsealed()).toBe(0);
  await sealing.stop();
  await write("After the stop");
  expect(await countUnsealed()).toBe(1);
  expect(warnings).toEqual([]);
  expect((await listNames()).filter((name) => name.startsWith("Concurrent"))).toHaveLength(10);
});

const forged = {
  at: "2020-01-01T00:00:00Z",
  actor_type: "system",
  actor_name: "Forged",
  action: "users.edited",
  target_type: "user",
  target_name: "Forged",
  changes: [],
};

test("the application role can change, delete, insert or seal no event outside of the functions", async () => {
  await write("Unsealed");
  const { organizationId } = acme;
  const attempt = (statement: Parameters<typeof sql>[0], ...values: readonly unknown[]) =>
    t.db.tenant(organizationId, (tx) => tx.query(sql(statement, ...values)));
  const denied = /permission denied for table/;
  await expect(attempt`UPDATE unsealed_audit_events SET actor_name = 'x'`).rejects.toThrow(denied);
  await expect(attempt`DELETE FROM unsealed_audit_events`).rejects.toThrow(denied);
  await expect(attempt`TRUNCATE unsealed_audit_events`).rejects.toThrow(denied);
  await expect(
    attempt`INSERT INTO unsealed_audit_events SELECT * FROM unsealed_audit_events`,
  ).rejects.toThrow(denied);
  await expect(attempt`UPDATE audit_heads SET hash = 'x'`).rejects.toThrow(denied);
  const foreign = systemIds.next();
  await expect(attempt`SELECT seal_audit_events(${foreign}::uuid, 1)`).rejects.toThrow(
    /the organization of their transaction/,
  );
  // What a caller may not choose is ignored.
  const chosen = { sequence: 1, position: -1, hash: "a".repeat(64), previous_hash: "b", is_within: true };
  const entries = JSON.stringify([
    { ...forged, ...chosen, organization_id: foreign, event_id: systemIds.next() },
  ]);
  await attempt`SELECT append_audit_events(${organizationId}::uuid, ${entries}::jsonb)`;
  await sealCommittedEvents(t.db, organizationId);
  expect((await listNames()).slice(-2)).toEqual(["Unsealed", "Forged"]);
  expect(await verifyChain(t.db, organizationId)).toMatchObject({ brokenAt: null });
});

test.for([
  "UPDATE unsealed_audit_events SET actor_name = 'x'",
  "DELETE FROM unsealed_audit_events",
  "TRUNCATE unsealed_audit_events",
])("even a superuser can't simply %s", async (statement) => {
  await write("Final");
  await expect(t.sql(statement)).rejects.toThrow("audit events are append-only");
});

test("the first event of a request is the entry of the later ones, in whichever round they are sealed", async () => {
  const { organizationId } = acme;
  await sealCommittedEvents(t.db, organizationId);
  const [last] = await t.sql(
    "SELECT max(sequence) AS sequence FROM audit_events WHERE organization_id = $1",
    [organizationId],
  );
  await write("One of request A", acme, "A");
  await write("One of request B", acme, "B");
  await write("Two of request A", acme, "A");
  await sealCommittedEvents(t.db, organizationId);
  await write("Three of request A", acme, "A");
  await write("Two of request B", acme, "B");
  const rows = await t.sql(
    "SELECT target_name, is_within FROM audit_events WHERE organization_id = $1 AND sequence > $2 ORDER BY sequence",
    [organizationId, last?.["sequence"]],
  );
  expect(rows.map((row) => [row["target_name"], row["is_within"]])).toEqual([
    ["One of request A", false],
    ["One of request B", false],
    ["Two of request A", true],
    ["Three of request A", true],
    ["Two of request B", true],
  ]);
});
