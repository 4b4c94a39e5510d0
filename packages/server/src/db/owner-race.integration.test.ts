import { afterAll, beforeAll, expect, test } from "vitest";
import { createFactories, type TestOrganization, type TestUser } from "../../test/factories.ts";
import { rounds } from "../../test/rounds.ts";
import { runConcurrently } from "../../test/run-concurrently.ts";
import { createTestDatabase, type TestDatabase } from "../../test/test-database.ts";
import { createTestClock } from "../../test/test-doubles.ts";
import { systemIds } from "../ports/ids.ts";
import type { Tx } from "./database.ts";
import { isCheckViolation } from "./errors.ts";
import { sql } from "./sql.ts";

let t: TestDatabase;
let acme: TestOrganization;
let second: TestUser;

beforeAll(async () => {
  t = await createTestDatabase();
  const factories = createFactories({ db: t.db, clock: createTestClock(), ids: systemIds });
  acme = await factories.organization();
  second = await factories.user(acme, { roles: ["owner", "viewer"] });
});
afterAll(() => t.close());

/** The ways in which an organization can lose an owner. */
const losses: Readonly<Record<string, (tx: Tx, user: TestUser) => Promise<unknown>>> = {
  demote: (tx, user) =>
    tx.query(sql`DELETE FROM user_roles WHERE organization_id = ${acme.organizationId}
      AND user_id = ${user.userId} AND role_id = ${acme.roles.owner}`),
  suspend: (tx, user) =>
    tx.query(sql`UPDATE users SET status = 'suspended'
      WHERE organization_id = ${acme.organizationId} AND user_id = ${user.userId}`),
  remove: (tx, user) =>
    tx.query(sql`DELETE FROM users
      WHERE organization_id = ${acme.organizationId} AND user_id = ${user.userId}`),
};

const owners = () => [acme.owner, second] as const;

/** Brings both back as active owners, whatever was lost. */
async function restore(): Promise<void> {
  for (const user of owners()) {
    await t.sql(
      `INSERT INTO users (organization_id, user_id, account_id, name, email, name_key, search_key, created_at)
       VALUES ($1, $2, $3, $4, $5, '', '', now()) ON CONFLICT (organization_id, user_id) DO UPDATE SET status = 'active'`,
      [acme.organizationId, user.userId, user.accountId, user.name, user.email],
    );
    await t.sql(
      `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at)
       VALUES ($1, $2, $3, 'system', 'Test', now()) ON CONFLICT DO NOTHING`,
      [acme.organizationId, user.userId, acme.roles.owner],
    );
  }
}

/** Lets two transactions go on once both have read. */
function createMeetingPoint(count: number): () => Promise<void> {
  let arrived = 0;
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  return () => {
    arrived += 1;
    if (arrived >= count) open();
    return all;
  };
}

async function ownersNow(): Promise<{ counted: unknown; active: number }> {
  const [row] = await t.sql(
    `SELECT o.owner_count AS counted, (SELECT count(*)::integer FROM users u
       WHERE u.organization_id = o.organization_id AND u.is_owner AND u.status = 'active') AS active
     FROM organizations o WHERE o.organization_id = $1`,
    [acme.organizationId],
  );
  return { counted: row?.["counted"], active: Number(row?.["active"]) };
}

test.for([
  ["read committed", "demote"],
  ["read committed", "suspend"],
  ["read committed", "remove"],
  ["repeatable read", "demote"],
  ["repeatable read", "suspend"],
  ["repeatable read", "remove"],
] as const)(
  "at %s, exactly one of two owners who %s each other concurrently succeeds",
  async ([isolation, way]) => {
    const lose = losses[way] as (tx: Tx, user: TestUser) => Promise<unknown>;
    for (let round = 0; round < rounds(100); round++) {
      await restore();
      const meet = createMeetingPoint(2);
      const outcomes = await runConcurrently(2, (index) =>
        t.db.tenant(
          acme.organizationId,
          async (tx) => {
            await tx.query(sql`SELECT owner_count FROM organizations`);
            await meet();
            await lose(tx, owners()[1 - index] as TestUser);
          },
          { isolation },
        ),
      );
      const losers = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(losers).toHaveLength(1);
      expect(isCheckViolation(losers[0]?.reason, "organizations_owner_count_check")).toBe(true);
      expect(await ownersNow()).toEqual({ counted: 1, active: 1 });
    }
  },
);

test("a sole owner can't be demoted, suspended or removed, and an expiring assignment doesn't count as an owner", async () => {
  await restore();
  await t.db.tenant(acme.organizationId, (tx) =>
    (losses["demote"] as (tx: Tx, user: TestUser) => Promise<unknown>)(tx, second),
  );
  for (const lose of Object.values(losses)) {
    const losing = t.db.tenant(acme.organizationId, (tx) => lose(tx, acme.owner));
    const reason: unknown = await losing.catch((error: unknown) => error);
    expect(isCheckViolation(reason, "organizations_owner_count_check")).toBe(true);
  }
  const expiring = t.sql(
    `INSERT INTO user_roles (organization_id, user_id, role_id, granted_by_type, granted_by_name, granted_at, expires_at)
     VALUES ($1, $2, $3, 'system', 'Test', now(), now())`,
    [acme.organizationId, second.userId, acme.roles.owner],
  );
  await expect(expiring).rejects.toThrow("the owner role has no end");
  expect(await ownersNow()).toEqual({ counted: 1, active: 1 });
});

test("the account of a sole owner can't be deleted, and keeps its sessions", async () => {
  await restore();
  await t.db.tenant(acme.organizationId, (tx) =>
    (losses["demote"] as (tx: Tx, user: TestUser) => Promise<unknown>)(tx, second),
  );
  const { accountId } = acme.owner;
  await t.sql(
    `INSERT INTO sessions (token_hash, session_id, account_id, created_at, last_seen_at, expires_at)
     VALUES ('owner', gen_random_uuid(), $1, now(), now(), now() + interval '1 day')`,
    [accountId],
  );
  // Even for the owner of the tables. The application may not delete accounts at all.
  await expect(t.sql("DELETE FROM accounts WHERE account_id = $1", [accountId])).rejects.toThrow(
    "foreign key",
  );
  expect(await t.sql("SELECT FROM accounts WHERE account_id = $1", [accountId])).toHaveLength(1);
  expect(await t.sql("SELECT FROM sessions WHERE account_id = $1", [accountId])).toHaveLength(1);
  expect(await ownersNow()).toEqual({ counted: 1, active: 1 });
});
