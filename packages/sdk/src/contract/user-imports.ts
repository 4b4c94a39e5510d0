/** Imports of files with users, or with people to invite: uploaded in parts, run by the worker. */
import * as z from "zod/mini";
import {
  actorReference,
  endpoint,
  id,
  inOrganization,
  instant,
  limitBeforeNormalizing,
  line,
  listOf,
  page,
} from "./common.ts";
import { importFields, importPresets, maxImportPartLength, maxImportParts } from "./import-fields.ts";

/** What the rows become. */
export const importKind = z.enum(["users", "invitations"]);

/**
 * `uploaded`: waits for a start; `checked`: a dry run has ended; `failed`: see `failure`; `cancelled`: a user stopped it;
 * `undone`: what it created was removed, except what was changed since.
 */
export const userImportStatus = z.enum([
  "uploaded",
  "checking",
  "checked",
  "running",
  "done",
  "failed",
  "cancelled",
  "undoing",
  "undone",
]);

/**
 * An import and its progress. `done` counts rows; `total` is null until the file was read once. After a dry run the counts say
 * what the import would do.
 */
export const userImport = z.strictObject({
  id,
  fileName: z.string(),
  status: userImportStatus,
  as: z.optional(importKind),
  /** Of the last start. */
  preset: z.optional(z.enum(importPresets)),
  /** Of the last start: the field of each column by its key. */
  columns: z.optional(z.record(z.string(), z.enum(importFields))),
  total: z.nullable(z.number()),
  done: z.number(),
  created: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  refused: z.number(),
  /** Of the created ones, by an undo. */
  removed: z.number(),
  /** Of the created ones, that an undo didn't remove because they were changed since. */
  kept: z.number(),
  failure: z.optional(z.strictObject({ code: z.string(), detail: z.string() })),
  createdBy: actorReference,
  createdAt: instant,
  /** Null until an import was started that is no dry run. */
  startedAt: z.nullable(instant),
  finishedAt: z.nullable(instant),
  /** Until when it can be undone; null when there is nothing to undo, or it is too late. */
  undoableUntil: z.nullable(instant),
});

const imports = "/organizations/:organizationId/user-imports";
const importParams = z.extend(inOrganization, { importId: id });
const preset = z.enum(importPresets);

/** The title of a column without case, spaces and punctuation; of JSON the name of a member. */
const columnKey = z
  .string()
  .check(limitBeforeNormalizing(200), z.maxLength(200, "Use 200 characters or fewer."));

export const createUserImport = endpoint({
  method: "POST",
  path: imports,
  operationId: "createUserImport",
  tag: "Users",
  summary:
    "Begins the upload of a file with up to 100,000 users or people to invite; its name ends in .csv, .jsonl or .json",
  params: inOrganization,
  body: z.strictObject({ fileName: line(200) }),
  success: { status: 201, body: userImport },
  idempotent: true,
});

export const uploadUserImportPart = endpoint({
  method: "POST",
  path: `${imports}/:importId/parts`,
  operationId: "uploadUserImportPart",
  tag: "Users",
  summary:
    "Uploads the next part of the file, up to 131,072 characters; a part may end within a line. The same part again changes nothing",
  params: importParams,
  body: z.strictObject({
    /** 1 for the first. */
    number: z.int().check(z.gte(1), z.lte(maxImportParts, "A file has 1,000 parts at most.")),
    text: z
      .string()
      .check(
        z.minLength(1, "Send at least one character."),
        z.maxLength(maxImportPartLength, "Send 131,072 characters at most in one part."),
      ),
  }),
  success: { status: 204, body: null },
});

/** A column, and the field that its title stands for; null for none. `isPassword`: it has passwords, which are not imported. */
export const importColumn = z.strictObject({
  key: z.string(),
  title: z.string(),
  field: z.nullable(z.enum(importFields)),
  isPassword: z.boolean(),
});

/** The columns of a file, and its first rows: `cells` has a text for each column. */
export const userImportPreview = z.strictObject({
  columns: z.array(importColumn),
  rows: z.array(z.strictObject({ line: z.number(), cells: z.array(z.string()) })),
});

export const previewUserImport = endpoint({
  method: "GET",
  path: `${imports}/:importId/preview`,
  operationId: "previewUserImport",
  tag: "Users",
  summary: "The columns of an uploaded file, what they are taken for, and the first rows",
  params: importParams,
  query: z.strictObject({ preset: z.optional(preset) }),
  success: { status: 200, body: userImportPreview },
});

export const startUserImport = endpoint({
  method: "POST",
  path: `${imports}/:importId/start`,
  operationId: "startUserImport",
  tag: "Users",
  summary: "Starts an import, or with dryRun a check of every row that changes nothing",
  params: importParams,
  body: z.strictObject({
    as: importKind,
    dryRun: z.optional(z.boolean()),
    preset: z.optional(preset),
    /** The field of each column by its key. Without it, the titles decide. Columns that are not named are not imported. */
    columns: z.optional(z.record(columnKey, z.enum(importFields))),
  }),
  success: { status: 202, body: userImport },
  idempotent: true,
});

export const listUserImports = endpoint({
  method: "GET",
  path: imports,
  operationId: "listUserImports",
  tag: "Users",
  summary: "Imports of the last 30 days, newest first, those of the command line included",
  params: inOrganization,
  query: z.strictObject(page),
  success: { status: 200, body: listOf(userImport) },
});

export const getUserImport = endpoint({
  method: "GET",
  path: `${imports}/:importId`,
  operationId: "getUserImport",
  tag: "Users",
  summary: "An import and its progress; stored for 30 days",
  params: importParams,
  success: { status: 200, body: userImport },
});

export const cancelUserImport = endpoint({
  method: "DELETE",
  path: `${imports}/:importId`,
  operationId: "cancelUserImport",
  tag: "Users",
  summary: "Stops an import or a check, or discards an uploaded file; rows that were imported are kept",
  params: importParams,
  success: { status: 204, body: null },
});

/** `refused`: see `code` and `detail`; `kept`: an undo didn't remove what the row created, because it was changed since. */
export const userImportRowOutcome = z.enum(["refused", "kept"]);

/** A row of the file that was refused, or whose user or invitation was kept. */
export const userImportRow = z.strictObject({
  line: z.number(),
  email: z.string(),
  outcome: userImportRowOutcome,
  /** The user or invitation that was kept. */
  subjectId: z.optional(id),
  code: z.string(),
  detail: z.string(),
});

export const listUserImportRows = endpoint({
  method: "GET",
  path: `${imports}/:importId/rows`,
  operationId: "listUserImportRows",
  tag: "Users",
  summary: "The refused rows, or with outcome=kept those whose users an undo kept, in the order of the file",
  params: importParams,
  query: z.strictObject({ outcome: z.optional(userImportRowOutcome), ...page }),
  success: { status: 200, body: listOf(userImportRow) },
  compressed: true,
});

export const exportUserImportRows = endpoint({
  method: "GET",
  path: `${imports}/:importId/rows/export`,
  operationId: "exportUserImportRows",
  tag: "Users",
  summary:
    "The same rows as CSV, with line, reason and fields, so that refused ones can be corrected and imported",
  params: importParams,
  query: z.strictObject({ outcome: z.optional(userImportRowOutcome) }),
  success: { status: 200, body: null, media: ["text/csv"] },
});

export const undoUserImport = endpoint({
  method: "POST",
  path: `${imports}/:importId/undo`,
  operationId: "undoUserImport",
  tag: "Users",
  summary:
    "Removes the users or invitations that an import of the last day created, except those that were changed or used since",
  params: importParams,
  success: { status: 202, body: userImport },
});

/** An import and its progress. */
export type UserImportView = z.infer<typeof userImport>;
/** Status of an import. */
export type UserImportStatus = z.infer<typeof userImportStatus>;
/** What the rows become. */
export type ImportKind = z.infer<typeof importKind>;
/** The columns of a file, and its first rows. */
export type UserImportPreview = z.infer<typeof userImportPreview>;
/** A refused or kept row. */
export type UserImportRow = z.infer<typeof userImportRow>;
/** Which rows are listed. */
export type UserImportRowOutcome = z.infer<typeof userImportRowOutcome>;
