import type { Database } from "./database.ts";
import { sql } from "./sql.ts";

/** The ids of all organizations that have a user with an account, in ascending order. Each is read in a transaction for that tenant. */
export async function listOrganizationIds(db: Pick<Database, "shared">): Promise<readonly string[]> {
  const { rows } = await db.shared(
    (tx) =>
      tx.query(
        sql<{ id: string }>`SELECT DISTINCT organization_id AS id FROM account_organizations ORDER BY id`,
      ),
    { readOnly: true },
  );
  return rows.map(({ id }) => id);
}
