/** Looking up pending invitations by address doesn't read all of them for each address, also in a table without statistics. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import { addPendingInvitations } from "../../../test/invitations.ts";
import { sql } from "../../db/sql.ts";
import { findPending, lockPending } from "./queries.ts";

const pending = 2_000;

let t: TestApp;
let organizationId: string;

beforeAll(async () => {
  t = await createTestApp();
  const organization = await t.organization();
  ({ organizationId } = organization);
  await t.sql("ALTER TABLE invitations SET (autovacuum_enabled = off)"); // it would make statistics
  await addPendingInvitations(t, organization, { count: pending, prefix: "guest-" });
});
afterAll(() => t.close());

test.each([
  ["finds", findPending, 0],
  ["locks", lockPending, pending], // then reads them by id, all at once
] as const)("%s the invitations at many addresses", async (_, look, others) => {
  const known = Array.from({ length: 100 }, (_, at) => `guest-${at + 1}@lodos.example`);
  const unknown = Array.from({ length: 400 }, (_, at) => `stranger-${at + 1}@lodos.example`);
  const [found, fetched] = await t.db.tenant(organizationId, async (tx) => {
    const rows = await look(tx, organizationId, [...unknown, ...known]);
    const result = await tx.query(
      sql<{ fetched: number }>`
        SELECT idx_tup_fetch::integer AS fetched FROM pg_stat_xact_user_tables WHERE relname = 'invitations'`,
    );
    return [rows.map(({ email }) => email), result.rows[0]?.fetched];
  });
  expect(found.toSorted()).toEqual(known.toSorted());
  expect(fetched).toBeLessThan(3 * known.length + others);
});
