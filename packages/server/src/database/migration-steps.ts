/** What a migration does that SQL can't. */
import type pg from "pg";

/**
 * Runs after the SQL of its migration, in the same transaction, as the owner of the tables. Row-level security is forced, so it
 * sees rows of tables with an organization only after `SET LOCAL ROLE` and the tenant, or after NO FORCE ROW LEVEL SECURITY,
 * which it puts back. It may run long after it was written: it uses nothing that a later version may change.
 */
export type MigrationStep = (client: pg.ClientBase) => Promise<void>;

/** Steps by the file of their migration. Like the files, never edited once they were released. */
export const migrationSteps: Readonly<Record<string, MigrationStep>> = {};
