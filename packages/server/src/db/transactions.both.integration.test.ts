import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type TestOrganization } from "../../test/factories.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestClock } from "../../test/test-doubles.ts";
import { systemIds } from "../ports/ids.ts";
import { enterOrganization } from "./enter-organization.ts";
import { isCheckViolation, isForeignKeyViolation, isUniqueViolation, sqlState } from "./errors.ts";
import { prepare, rawSql, sql } from "./sql.ts";

let t: TestDatabase;
let acme: TestOrganization;
let other: TestOrganization;

beforeAll(async () => {
  t = await createTestDatabase();
  const { organization } = createFactories({ db: t.db, clock: createTestClock(), ids: systemIds });
  acme = await organization("Acme");
  other = await organization("Other");
});
afterAll(() => t.close());

const selectOrganizations = (table: string) =>
  sql<{ id: string }>`SELECT organization_id AS id FROM ${rawSql(table)}`;

test("a transaction runs as the application's role, with the organization set", async () => {
  const rows = await t.db.tenant(acme.organizationId, async (tx) => {
    const result = await tx.query(sql<{ user: string; organization: string }>`
      SELECT current_user AS user, current_organization() AS organization`);
    return result.rows;
  });
  expect(rows).toEqual([{ user: "gatehouse_app", organization: acme.organizationId }]);
});

test("a transaction's writes are committed when it returns, and rolled back if it throws", async () => {
  const rename = (name: string) =>
    t.db.tenant(acme.organizationId, (tx) =>
      tx.query(sql`UPDATE organizations SET name = ${name} WHERE organization_id = ${acme.organizationId}`),
    );
  const nameNow = async () =>
    (await t.sql("SELECT name FROM organizations WHERE organization_id = $1", [acme.organizationId]))[0]?.[
      "name"
    ];
  await rename("Acme & Co.");
  expect(await nameNow()).toBe("Acme & Co.");
  const failing = t.db.tenant(acme.organizationId, async (tx) => {
    await tx.query(sql`UPDATE organizations SET name = 'Nobody'`);
    throw new Error("changed my mind");
  });
  await expect(failing).rejects.toThrow("changed my mind");
  expect(await nameNow()).toBe("Acme & Co.");
});

test("a statement without WHERE reads and changes no other organization's rows", async () => {
  const seen = await t.db.tenant(acme.organizationId, async (tx) => {
    const ids: string[] = [];
    for (const table of ["users", "users_search", "roles"])
      ids.push(...(await tx.query(selectOrganizations(table))).rows.map((row) => row.id));
    await tx.query(sql`UPDATE users SET name = 'Overwritten'`);
    await tx.query(sql`DELETE FROM role_permissions`);
    return ids;
  });
  expect(new Set(seen)).toEqual(new Set([acme.organizationId]));
  expect(
    await t.sql("SELECT name FROM users WHERE name = 'Overwritten' AND organization_id = $1", [
      other.organizationId,
    ]),
  ).toEqual([]);
  const left = await t.sql("SELECT count(*) FROM role_permissions WHERE organization_id = $1", [
    other.organizationId,
  ]);
  expect(Number(left[0]?.["count"])).toBeGreaterThan(100);
});

test("a row can't be written into another organization", async () => {
  const writing = t.db.tenant(acme.organizationId, (tx) =>
    tx.query(sql`INSERT INTO roles (organization_id, role_id, name, name_key, created_at, updated_at)
      VALUES (${other.organizationId}, ${systemIds.next()}, 'Intruder', 'intruder', now(), now())`),
  );
  await expect(writing).rejects.toThrow(/row-level security/);
});

test.for([
  "organizations",
  "users",
  "users_search",
  "roles",
  "user_roles",
  "invitations",
  "audit_events",
  "api_keys",
] as const)("without an organization %s can't be read at all", async (table) => {
  const reading = t.db.shared((tx) => tx.query(selectOrganizations(table)));
  await expect(reading).rejects.toThrow(/gatehouse.organization_id|invalid input syntax for type uuid/);
});

test("the organization setting ends with its transaction", async () => {
  for (let round = 0; round < 25; round++) {
    await t.db.tenant(acme.organizationId, (tx) => tx.query(sql`SELECT user_id FROM users`));
    await expect(t.db.shared((tx) => tx.query(sql`SELECT * FROM users`))).rejects.toThrow();
  }
});

test("a transaction can enter an organization later, one after another", async () => {
  const names = await t.db.shared(async (tx) => {
    const found: string[] = [];
    for (const id of [acme.organizationId, other.organizationId]) {
      await enterOrganization(tx, id);
      found.push(...(await tx.query(selectOrganizations("organizations"))).rows.map((row) => row.id));
    }
    return found;
  });
  expect(names).toEqual([acme.organizationId, other.organizationId]);
});

test.for([
  "",
  "x",
  "00000000-0000-0000-0000-00000000000'; reset role; --",
  "ABCDEF00-0000-7000-8000-000000000000",
])("%j is rejected as an organization before it reaches the database", async (id) => {
  await expect(t.db.tenant(id, async () => "never")).rejects.toThrow(/UUID/);
});

test("a read-only transaction can read, and can't write", async () => {
  const options = { readOnly: true } as const;
  const reading = t.db.tenant(
    acme.organizationId,
    (tx) => tx.query(selectOrganizations("organizations")),
    options,
  );
  expect((await reading).rows).toHaveLength(1);
  const writing = t.db.tenant(acme.organizationId, (tx) => tx.query(sql`DELETE FROM user_roles`), options);
  await expect(writing).rejects.toThrow(/read-only transaction/);
});

test("a swallowed error isn't reported as a commit", async () => {
  const swallowing = t.db.shared(async (tx) => {
    await tx.query(sql`SELECT 1 / 0`).catch(() => undefined);
    return "looks fine";
  });
  await expect(swallowing).rejects.toThrow(/rolled back/);
});

test("a nested transaction throws instead of deadlocking", async () => {
  const nesting = t.db.shared(() => t.db.tenant(acme.organizationId, async () => "inner"));
  await expect(nesting).rejects.toThrow(/inside another/);
});

test("a statement after the end of its transaction throws, and so does one that isn't awaited", async () => {
  const kept = await t.db.shared(async (tx) => tx);
  await expect(kept.query(sql`SELECT 1`)).rejects.toThrow(/over/);
  const forgetting = t.db.shared(async (tx) => {
    void tx.query(sql`SELECT 1`).catch(() => undefined);
    await Promise.resolve();
  });
  await expect(forgetting).rejects.toThrow(/await it/);
});

test("violations are recognised by their constraint", async () => {
  const insert = () => sql`INSERT INTO accounts (account_id, email, name, password_hash, created_at)
    VALUES (${systemIds.next()}, 'twice@example.test', 'A', 'x', now())`;
  const insertTwice = t.db.shared(async (tx) => {
    await tx.query(insert());
    await tx.query(insert());
  });
  const unique = await insertTwice.catch((error: unknown) => error);
  expect(isUniqueViolation(unique, "accounts_email_key")).toBe(true);
  expect(isUniqueViolation(unique, "accounts_pkey")).toBe(false);
  const check = await t.db
    .tenant(acme.organizationId, (tx) => tx.query(sql`UPDATE users SET status = 'suspended'`))
    .catch((error: unknown) => error);
  expect(isCheckViolation(check, "organizations_owner_count_check")).toBe(true);
  const foreign = await t.db
    .shared(async (tx) => {
      await tx.query(sql`DELETE FROM sessions`);
      await tx.query(sql`INSERT INTO sessions (token_hash, session_id, account_id, created_at, last_seen_at, expires_at)
        VALUES ('x', ${systemIds.next()}, ${systemIds.next()}, now(), now(), now())`);
    })
    .catch((error: unknown) => error);
  expect(isForeignKeyViolation(foreign, "sessions_account_id_fkey")).toBe(true);
  expect(sqlState(foreign)).toBe("23503");
});

test("values round-trip: instants, JSON, arrays, counts, null", async () => {
  const at = new Date("2026-03-02T09:00:00.123Z");
  const awkward = ['say "hi"', "back\\slash", "", "NULL", "{,}"];
  const { rows } = await t.db.shared((tx) =>
    tx.query(sql`SELECT ${at}::timestamptz AS at, ${{ a: [1, null] }}::jsonb AS json, ${awkward}::text[] AS texts,
      ${[1, null]}::integer[] AS numbers, ${9007199254740991}::bigint AS count, ${true}::boolean AS yes,
      ${null}::text AS nothing`),
  );
  expect(rows).toEqual([
    {
      at,
      json: { a: [1, null] },
      texts: awkward,
      numbers: [1, null],
      count: 9007199254740991,
      yes: true,
      nothing: null,
    },
  ]);
  await expect(t.db.shared((tx) => tx.query(sql`SELECT ${undefined}::text`))).rejects.toThrow(TypeError);
});

test("concurrent statements each get their own rows", async () => {
  const answers = await t.db.shared((tx) =>
    Promise.all(
      Array.from({ length: 50 }, (_, n) => tx.query(sql<{ n: number }>`SELECT ${n}::integer AS n`)),
    ),
  );
  expect(answers.map(({ rows }) => rows[0]?.n)).toEqual(Array.from({ length: 50 }, (_, n) => n));
});

test("deferred statements run at the commit, in order, in their own organization, or fail the transaction", async () => {
  const bucket = (name: string) => sql`INSERT INTO throttles VALUES (${name}, 1, now(), now())`;
  const kept = async () =>
    (await t.sql("SELECT bucket FROM throttles ORDER BY bucket")).map((row) => row["bucket"]);
  const seenBefore = await t.db.shared(async (tx) => {
    tx.deferToCommit(bucket("a"));
    tx.deferToCommit(sql`INSERT INTO throttles SELECT bucket || 'b', 1, now(), now() FROM throttles`);
    return (await tx.query(sql`SELECT bucket FROM throttles`)).rows.length;
  });
  expect(seenBefore).toBe(0);
  expect(await kept()).toEqual(["a", "ab"]);
  const failing = t.db.shared(async (tx) => {
    await tx.query(bucket("c"));
    tx.deferToCommit(bucket("a"));
  });
  expect(isUniqueViolation(await failing.catch((error: unknown) => error), "throttles_pkey")).toBe(true);
  expect(await kept()).toEqual(["a", "ab"]);
  await t.db.shared(async (tx) => {
    for (const { organizationId } of [acme, other]) {
      await enterOrganization(tx, organizationId);
      tx.deferToCommit(sql`INSERT INTO throttles VALUES ('in ' || current_organization(), 1, now(), now())`);
    }
  });
  expect(await kept()).toEqual(["a", "ab", `in ${acme.organizationId}`, `in ${other.organizationId}`].sort());
});

test("a prepared statement returns each tenant's own rows repeatedly, and survives a table change", async () => {
  const names = (organization: TestOrganization) =>
    t.db.tenant(organization.organizationId, async (tx) => {
      const { rows } = await tx.query(
        sql<{ id: string }>`${prepare("testOrganizations")} SELECT * FROM organizations`,
      );
      return rows.map((row) => row);
    });
  for (let round = 0; round < 12; round++) {
    for (const organization of [acme, other]) {
      expect(await names(organization)).toMatchObject([{ organization_id: organization.organizationId }]);
    }
  }
  const known = await t.engine.pool.query("SELECT statement FROM pg_prepared_statements");
  expect(known.rows.map((row) => row.statement)).toContainEqual(
    expect.stringContaining("SELECT * FROM organizations"),
  );
  await t.sql("ALTER TABLE organizations ADD COLUMN added integer");
  expect(await names(acme)).toMatchObject([{ organization_id: acme.organizationId, added: null }]);
  await t.sql("ALTER TABLE organizations DROP COLUMN added");
});
