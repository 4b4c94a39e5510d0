/** What a migration does that SQL can't. */
import type pg from "pg";
import { canonicaliseAddresses } from "./canonical-addresses.ts";

/**
 * Runs before or after the SQL of its migration, in the same transaction, as the owner of the tables, and gives a sentence for
 * each change that somebody should know of. Row-level security is forced, so it sees rows of tables with an organization only
 * after `SET LOCAL ROLE` and the tenant. It may run long after it was written: it uses nothing that a later version may change.
 */
export interface MigrationStep {
  readonly when: "before" | "after";
  readonly run: (client: pg.ClientBase) => Promise<readonly string[]>;
}

/** Steps by the file of their migration. Like the files, never edited once they were released. */
export const migrationSteps: Readonly<Record<string, MigrationStep>> = {
  "0012_canonical_addresses.sql": { when: "before", run: canonicaliseAddresses },
};
