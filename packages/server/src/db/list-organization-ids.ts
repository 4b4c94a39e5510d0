import type { Database } from "./database.ts";
import { sql } from "./sql.ts";

/** The ids of all organizations, in ascending order. Each is read in a transaction for that tenant. */
export async function listOrganizationIds(db: Pick<Database, "shared">): Promise<readonly string[]> {
  return readIds(db, null);
}

/** The ids of the organizations whose deletion can't be undone any more. */
export async function listRemovableOrganizations(
  db: Pick<Database, "shared">,
  now: Date,
): Promise<readonly string[]> {
  return readIds(db, now);
}

async function readIds(db: Pick<Database, "shared">, removableAt: Date | null): Promise<readonly string[]> {
  const { rows } = await db.shared(
    (tx) => tx.query(sql<{ id: string }>`SELECT id FROM list_organization_ids(${removableAt}) AS id`),
    { readOnly: true },
  );
  return rows.map(({ id }) => id);
}
