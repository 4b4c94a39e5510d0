import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type TestOrganization } from "../../test/factories.ts";
import { runConcurrently } from "../../test/run-concurrently.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestClock } from "../../test/test-doubles.ts";
import { sql } from "../db/sql.ts";
import { systemIds } from "../ports/ids.ts";
import { type AuditEntry, record } from "./record.ts";
import { type ChainReport, verifyAllChains, verifyChain } from "./verify.ts";

let t: TestDatabase;
let factories: ReturnType<typeof createFactories>;
const deps = { clock: createTestClock(), ids: systemIds };

beforeAll(async () => {
  t = await createTestDatabase();
  factories = createFactories({ db: t.db, ...deps });
});
afterAll(() => t.close());

const entry = (name: string): AuditEntry => ({
  action: "users.edited",
  target: { type: "user", id: null, name },
  changes: [{ field: "name", before: "A", after: `"${name}" \\ 'x' ü` }],
});

function write({ organizationId, owner }: TestOrganization, entries: readonly AuditEntry[]): Promise<void> {
  const origin = { ip: "127.0.0.1", userAgent: null, requestId: "r" };
  const actor = { type: "user", id: owner.userId, name: owner.name, organizationId, origin } as const;
  return t.db.tenant(organizationId, (tx) => record(deps, tx, actor, entries));
}

/** An organization with `count` events. */
async function organizationWith(count: number): Promise<TestOrganization> {
  const organization = await factories.organization();
  await write(
    organization,
    Array.from({ length: count }, (_, n) => entry(`Event ${n + 1}`)),
  );
  return organization;
}

/** Changes events behind the back of every safeguard, as only a superuser of the database can. */
async function tamper(statement: string, { organizationId }: TestOrganization): Promise<void> {
  await t.sql("ALTER TABLE audit_events DISABLE TRIGGER ALL");
  await t.sql(statement, [organizationId]);
  await t.sql("ALTER TABLE audit_events ENABLE TRIGGER ALL");
}

test("events written concurrently and in bulk form one valid chain", async () => {
  const acme = await organizationWith(2500);
  await runConcurrently(8, (n) => write(acme, [entry(`Racer ${n}`), entry(`Racer ${n} again`)]));
  const report = await verifyChain(t.db, acme.organizationId);
  expect(report).toMatchObject({ events: 2516, brokenAt: null });
  const [last] = await t.sql("SELECT hash FROM audit_events WHERE organization_id = $1 AND sequence = 2516", [
    acme.organizationId,
  ]);
  expect(report.head).toBe(last?.["hash"]);
});

test.for([
  [
    "changed",
    3,
    "UPDATE audit_events SET actor_name = 'Somebody else' WHERE organization_id = $1 AND sequence = 3",
  ],
  ["changed", 2, "UPDATE audit_events SET changes = '[]' WHERE organization_id = $1 AND sequence = 2"],
  [
    "changed",
    5,
    "UPDATE audit_events SET at = at + interval '1 microsecond' WHERE organization_id = $1 AND sequence = 5",
  ],
  ["missing", 1, "DELETE FROM audit_events WHERE organization_id = $1 AND sequence = 1"],
  ["missing", 4, "DELETE FROM audit_events WHERE organization_id = $1 AND sequence = 4"],
  ["cut off", 4, "DELETE FROM audit_events WHERE organization_id = $1 AND sequence >= 4"],
  ["cut off", 1, "DELETE FROM audit_events WHERE organization_id = $1"],
  ["no head", 6, "DELETE FROM audit_heads WHERE organization_id = $1"],
  ["changed", 6, "UPDATE audit_heads SET hash = repeat('a', 64) WHERE organization_id = $1"],
  [
    "beyond the head",
    4, // the head was reset, so that the next event would replace the fourth
    `UPDATE audit_heads h SET sequence = 3, hash = (SELECT e.hash FROM audit_events e
       WHERE e.organization_id = h.organization_id AND e.sequence = 3) WHERE organization_id = $1`,
  ],
  [
    "unlinked",
    3, // the second event and its hash were rewritten: the next one doesn't match
    `UPDATE audit_events a SET target_name = 'Nobody', hash = audit_hash(jsonb_populate_record(a, '{"target_name": "Nobody"}'))
     WHERE organization_id = $1 AND sequence = 2`,
  ],
] as const)("an event that is %s is reported as sequence %i", async ([reason, sequence, statement]) => {
  const acme = await organizationWith(6);
  await tamper(statement, acme);
  const report = await verifyChain(t.db, acme.organizationId);
  expect(report.brokenAt).toEqual({ sequence, reason });
});

test("every organization is verified, also after a broken chain", async () => {
  const [broken, whole] = [await organizationWith(2), await organizationWith(2)];
  await tamper("DELETE FROM audit_events WHERE organization_id = $1 AND sequence = 2", broken);
  const reports: ChainReport[] = [];
  for await (const report of verifyAllChains(t.engine, t.db)) reports.push(report);
  const of = ({ organizationId }: TestOrganization) =>
    reports.find((report) => report.organizationId === organizationId);
  expect(of(broken)?.brokenAt).toEqual({ sequence: 2, reason: "cut off" });
  expect(of(whole)).toMatchObject({ events: 2, brokenAt: null });
});

test("an organization whose whole log and members were deleted is reported", async () => {
  const acme = await organizationWith(3);
  await tamper("DELETE FROM audit_events WHERE organization_id = $1", acme);
  await t.sql("DELETE FROM audit_heads WHERE organization_id = $1", [acme.organizationId]);
  await t.sql("DELETE FROM account_organizations WHERE organization_id = $1", [acme.organizationId]);
  const reports: ChainReport[] = [];
  for await (const report of verifyAllChains(t.engine, t.db)) reports.push(report);
  expect(reports.find(({ organizationId }) => organizationId === acme.organizationId)).toMatchObject({
    events: 0,
    brokenAt: { sequence: 1, reason: "no events" },
  });
});

test.for(["UPDATE audit_events SET actor_name = 'x'", "DELETE FROM audit_events", "TRUNCATE audit_events"])(
  "even a superuser can't simply %s",
  async (statement) => {
    await organizationWith(1);
    await expect(t.sql(statement)).rejects.toThrow("audit events are append-only");
  },
);

test("the application role can't change, delete or insert an event, nor append to another organization", async () => {
  const acme = await organizationWith(1);
  const attempt = (change: Parameters<typeof t.db.tenant>[1]) => t.db.tenant(acme.organizationId, change);
  await expect(attempt((tx) => tx.query(sql`UPDATE audit_events SET actor_name = 'x'`))).rejects.toThrow(
    /permission denied/,
  );
  await expect(attempt((tx) => tx.query(sql`DELETE FROM audit_events`))).rejects.toThrow(/permission denied/);
  const copy = sql`INSERT INTO audit_events (organization_id, sequence) SELECT organization_id, sequence + 1 FROM audit_events`;
  await expect(attempt((tx) => tx.query(copy))).rejects.toThrow(/permission denied/);
  const foreign = sql`SELECT append_audit_events(${systemIds.next()}::uuid, '[]')`;
  await expect(attempt((tx) => tx.query(foreign))).rejects.toThrow(/the organization of their transaction/);
  expect(await verifyChain(t.db, acme.organizationId)).toMatchObject({ events: 1, brokenAt: null });
});
