/** Limits and names of imports, without their schemas: the panel uses them, too. */

/** The most rows of one file. */
export const maxImportRows = 100_000;

/** The most characters in one part of a file. */
export const maxImportPartLength = 131_072;

/** The most parts of one file. */
export const maxImportParts = 1_000;

/** Systems whose exports are read. */
export const importPresets = ["auth0", "clerk", "keycloak", "better-auth", "firebase"] as const;

/** What a column may contain. Password hashes are imported on the command line only. */
export const importFields = [
  "email",
  "name",
  "firstName",
  "lastName",
  "roles",
  "externalId",
  "phone",
  "status",
] as const;

/** A field that a column may have. */
export type ImportField = (typeof importFields)[number];
/** A system whose exports are read. */
export type ImportPreset = (typeof importPresets)[number];
