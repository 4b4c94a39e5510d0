import type { Database } from "../db/database.ts";
import { listRemovableOrganizations } from "../db/list-organization-ids.ts";
import { sql } from "../db/sql.ts";
import type { Clock } from "../ports/clock.ts";

/** Rows of a transaction: few enough that nobody waits long for row locks. */
const defaultBatch = 2_000;

/**
 * Removes all rows of the organizations whose deletion can no longer be undone, in batches. A receipt of each stays. If it stops, the
 * next run goes on.
 */
export async function removeDeletedOrganizations(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  batch = defaultBatch,
): Promise<void> {
  const now = clock.now();
  const system = { system: "removes a deleted organization" } as const;
  for (const id of await listRemovableOrganizations(db, now)) {
    await db.shared(
      (tx) => tx.query(sql`DELETE FROM pgboss.job WHERE data->>'organizationId' = ${id}`),
      system,
    );
    for (let removed = batch; removed > 0; ) {
      const { rows } = await db.tenant(
        id,
        (tx) =>
          tx.query(
            sql<{
              removed: number;
            }>`SELECT remove_organization_rows(${id}::uuid, ${now}, ${batch}) AS removed`,
          ),
        system,
      );
      removed = rows[0]?.removed ?? 0;
    }
  }
}
