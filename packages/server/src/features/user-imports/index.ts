/** Imports users and invitations from tables and from exports of other systems. Other folders import only from here. */

export { checkImportedInvitations, importInvitations } from "./import-invitations.ts";
export {
  addCounts,
  countOutcomes,
  type ImportCounts,
  type ImportRow,
  type RowResult,
} from "./import-row.ts";
export { importUsers } from "./import-users.ts";
export { type Mapping, mapRecord, readTitles } from "./map-record.ts";
export { type FieldName, parseFirebaseParameters, presetNames } from "./presets.ts";
export { readUserFile } from "./read/read-file.ts";
export { ReadingFailed } from "./read/source-record.ts";
