/** Lists of a large audit log: they return what a scan of the whole log would, and read a small part of it. */
import { foldText } from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type TestOrganization } from "../../../test/factories.ts";
import { countRowsRead } from "../../../test/query-plans.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/test-database.ts";
import type { Actor } from "../../auth/actor.ts";
import { systemIds } from "../../ports/ids.ts";
import { listAuditEvents, type RequestedFilter } from "./list-events.ts";

/** Many times what a list may read. */
const size = 100_000;
/** The events of one bulk change, from this sequence on. */
const bulk = { first: 60_001, size: 30_000 };
const start = Date.parse("2026-01-01T00:00:00Z");
/** One event in each minute. */
const at = (sequence: number) => new Date(start + sequence * 60_000).toISOString();

let t: TestDatabase;
let organization: TestOrganization;

beforeAll(async () => {
  t = await createTestDatabase();
  const clock = { now: () => new Date(start) };
  const factories = createFactories({ db: t.db, clock, ids: systemIds });
  organization = await factories.organization("Large");
  const other = await factories.organization("Other");
  for (const [{ organizationId }, count] of [
    [organization, size],
    [other, 2_000],
  ] as const)
    await t.sql(
      `INSERT INTO audit_events (organization_id, sequence, event_id, at, actor_type, actor_id, actor_name, action, target_type,
         target_name, changes, request_id, previous_hash, hash, is_within)
       SELECT $1, n, gen_random_uuid(), timestamptz '2026-01-01Z' + n * interval '1 minute', 'user',
         ('01900000-0000-7000-8000-' || lpad(to_hex(n % 50), 12, '0'))::uuid,
         CASE WHEN n % 50 = 7 THEN 'Işıl Gökçe' ELSE 'Ada Common' END,
         CASE WHEN n % 10 = 0 THEN 'roles.edited' ELSE 'users.edited' END, 'user',
         CASE WHEN n IN (11, 40007, 55555) THEN 'Zoë Rare' WHEN n = 30000 THEN 'Qx Two' ELSE 'User ' || n END, '[]',
         CASE WHEN n >= $3 AND n < $3 + $4 THEN 'bulk' ELSE n::text END, '', '',
         n > $3 AND n < $3 + $4
       FROM generate_series(1, $2::integer) n`,
      [organizationId, count, bulk.first, bulk.size],
    );
  await t.sql(
    `INSERT INTO audit_heads (organization_id, sequence, hash) VALUES ($1, $2, '')
     ON CONFLICT (organization_id) DO UPDATE SET sequence = excluded.sequence`,
    [organization.organizationId, size],
  );
  await t.sql("VACUUM ANALYZE audit_events");
});
afterAll(() => t.close());

interface Case extends RequestedFilter {
  readonly cursor?: string;
  readonly limit?: number;
}

async function list(input: Case) {
  const actor = { organizationId: organization.organizationId } as Actor;
  let found = await listAuditEvents({ db: t.db }, actor, input);
  const rowsRead = await countRowsRead(t.db, async (db) => {
    found = await listAuditEvents({ db }, actor, input);
  });
  return { sequences: found.items.map(({ sequence }) => sequence), total: found.total, rowsRead };
}

/** Half of the log, although the number of matches is counted, too. */
const few = size / 2;

test.each<[string, Case, readonly number[], number]>([
  ["a rare name", { query: "zoe" }, [55_555, 40_007, 11], 3],
  ["a rare name of two words", { query: "RARE zoë" }, [55_555, 40_007, 11], 3],
  ["a name that nobody has", { query: "nobody" }, [], 0],
  ["two letters at the beginning of a word", { query: "qx" }, [30_000], 1],
  ["two letters that no word begins with", { query: "zz" }, [], 0],
  ["names of actor and target", { query: "ada zoe" }, [55_555, 11], 2],
  ["a name with an action", { query: "zoe", action: "users." }, [55_555, 40_007, 11], 3],
  ["a name until an instant", { query: "zoe", to: at(50_000) }, [40_007, 11], 2],
  ["a name of an actor", { query: "user 107", actor: "01900000-0000-7000-8000-000000000007" }, [], 0],
])("finds %s without reading the log", async (_, input, expected, count) => {
  const { sequences, total, rowsRead } = await list(input);
  if (expected.length > 0) expect(sequences).toEqual(expected);
  if (count > 0) expect(total).toEqual({ count, exact: true });
  expect(rowsRead).toBeLessThan(few);
});

test("a common name fills a page from the newest events, with a lower bound of their number", async () => {
  const { sequences, total, rowsRead } = await list({ query: "isil", limit: 3 });
  expect(sequences).toEqual([99_957, 99_907, 99_857]);
  expect(total).toEqual({ count: 100, exact: false });
  expect(rowsRead).toBeLessThan(few);
  const most = await list({ query: "common" });
  expect(most.total).toEqual({ count: 100, exact: false });
  expect(most.rowsRead).toBeLessThan(few / 5);
});

test.each<[string, Case, number, number]>([
  ["until an instant", { to: at(20_000) }, 19_999, 12_000],
  ["on one day", { from: at(20_000), to: at(21_440) }, 21_439, 3_500],
  ["on one day, of an action", { from: at(20_000), to: at(21_440), action: "roles.edited" }, 21_430, 3_500],
  ["before the first event", { to: at(0) }, 0, 100],
])("lists what happened %s without reading what followed", async (_, input, first, most) => {
  const { sequences, rowsRead } = await list(input);
  expect(sequences[0] ?? 0).toBe(first);
  expect(rowsRead).toBeLessThan(most);
});

test("a grouped list skips the events within a bulk change, and lists them within its entry", async () => {
  const end = bulk.first + bulk.size;
  const cursor = Buffer.from(JSON.stringify({ sequence: end + 2 })).toString("base64url");
  const grouped = await list({ grouped: "true", cursor, limit: 3 });
  expect(grouped.sequences).toEqual([end + 1, end, bulk.first]);
  expect(grouped.rowsRead).toBeLessThan(25_000);
  const [entry] = await t.sql(
    "SELECT event_id AS id FROM audit_events WHERE organization_id = $1 AND sequence = $2",
    [organization.organizationId, bulk.first],
  );
  const within = await list({ within: String(entry?.["id"]), limit: 3 });
  // The event before the end has another action.
  expect(within.sequences).toEqual([end - 2, end - 3, end - 4]);
  expect(within.rowsRead).toBeLessThan(25_000);
});

test("fold_name folds Latin, Greek and Cyrillic letters like foldText", async () => {
  const ranges = [
    [0x20, 0x24f],
    [0x370, 0x52f],
    [0x1e00, 0x1eff],
  ] as const;
  const letters = ranges.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).filter(
      (letter) => /[\p{L}\p{N}\p{P}]/u.test(letter) && letter !== "'",
    ),
  );
  const names = [...letters, "Işıl GÖKÇE", "Łódź Straße", "ΑΘΉΝΑ", "ИВАН Ёлкин", "Æsir Þór", "a.B+c"];
  const rows = await t.sql(
    "SELECT fold_name(name) AS folded FROM unnest($1::text[]) WITH ORDINALITY n(name, at) ORDER BY at",
    [names],
  );
  expect(rows.map(({ folded }) => folded)).toEqual(names.map((name) => foldText(name)));
});
