/** Imports users and invitations from tables and from exports of other systems. Other folders import only from here. */

export { checkRecords } from "./check-records.ts";
export { loadRoles } from "./import-context.ts";
export { toBatches } from "./import-file.ts";
export { checkImportedInvitations, importInvitations } from "./import-invitations.ts";
export { createJournal, listUndoable, undoFromCommandLine } from "./import-journal.ts";
export {
  addCounts,
  countOutcomes,
  type ImportCounts,
  type ImportOptions,
  type ImportRow,
  type RowResult,
} from "./import-row.ts";
export { importUsers } from "./import-users.ts";
export type { Mapping } from "./map-record.ts";
export { parseFirebaseParameters } from "./presets.ts";
export { readUserFile } from "./read/read-file.ts";
export { refusedTitles, toRefusedLine } from "./read-imports.ts";
export { toStoredFields } from "./row-queries.ts";
export { onImportRetriesExhausted, runUserImport } from "./run-import.ts";
