/** Statements that a large organization must not slow down. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type TestOrganization } from "../../../test/factories.ts";
import { countRowsRead } from "../../../test/query-plans.ts";
import { createTestDatabase, type TestDatabase } from "../../../test/test-database.ts";
import type { Actor } from "../../auth/actor.ts";
import { sql } from "../../db/sql.ts";
import { systemIds } from "../../ports/ids.ts";
import { listUsers } from "./list-users.ts";
import { suggestSearches } from "./suggest-searches.ts";

const size = 20_000;
let t: TestDatabase;
let organization: TestOrganization;

beforeAll(async () => {
  t = await createTestDatabase();
  organization = await createFactories({
    db: t.db,
    clock: { now: () => new Date() },
    ids: systemIds,
  }).organization("Large");
  const user = "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid";
  await t.sql(
    `INSERT INTO accounts (account_id, email, name, password_hash, created_at, two_factor)
     SELECT ${user}, md5(n::text) || '@lodos.example', 'x', 'x', now(), n % 500 = 0 FROM generate_series(1, $1::integer) n`,
    [size],
  );
  await t.sql(
    `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
     SELECT $1, ${user}, ${user}, m, m || '@lodos.example', m, m || E'\\n' || m || '@lodos.example', now()
     FROM generate_series(1, $2::integer) n,
       LATERAL (SELECT CASE WHEN n = 15000 THEN 'benjamin' ELSE md5(n::text) END AS m) names`,
    [organization.organizationId, size],
  );
  await t.sql("VACUUM ANALYZE users");
});
afterAll(() => t.close());

test.each([
  ["lodso.exampel", ["lodos.example"]],
  ["bejnamin@ldoos.example", ["benjamin@lodos.example"]],
  ["bejnamin", ["benjamin"]],
  ["somebody@elsewhere.test", []],
])("suggests what %s may mean without comparing every user", async (query, expected) => {
  let items: readonly string[] = [];
  const rowsRead = await countRowsRead(t.db, async (db) => {
    ({ items } = await suggestSearches({ db }, organization, query));
  });
  expect(items).toEqual(expected);
  expect(rowsRead).toBeLessThan(size / 4);
});

test.each([
  ["true", "name", 40],
  ["true", "-lastActiveAt", 40],
  ["false", "name", 10_000],
] as const)(
  "lists and counts users with twoFactor=%s by %s without reading every user",
  async (twoFactor, sort, count) => {
    const actor = { organizationId: organization.organizationId, language: null } as Actor;
    let found: Awaited<ReturnType<typeof listUsers>> | null = null;
    const rowsRead = await countRowsRead(t.db, async (db) => {
      found = await listUsers({ db, clock: { now: () => new Date() } }, actor, { twoFactor, sort });
    });
    expect(found).toMatchObject({ total: { count } });
    expect(rowsRead).toBeLessThan(sort === "name" && twoFactor === "true" ? 300 : size * 0.75);
  },
);

test("statements are not compiled by JIT", async () => {
  const { rows } = await t.db.tenant(organization.organizationId, (tx) =>
    tx.query(sql<{ jit: string }>`SELECT current_setting('jit') AS jit`),
  );
  expect(rows).toEqual([{ jit: "off" }]);
});
