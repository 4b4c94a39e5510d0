/** One row of an import: its fields as they are written, validated, and with its result. */
import { externalId, newUser, parseEmail, userStatus } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import type { ApiError } from "../../errors/api-error.ts";
import { acceptHash } from "../accounts/index.ts";
import { describeEmailFault } from "../invitations/index.ts";

/** The fields of a row as they are written. An absent or empty one leaves what is stored. */
export interface RowFields {
  readonly email?: string;
  readonly name?: string;
  /** Names of roles: one text as in a cell, or a list. */
  readonly roles?: string | readonly string[];
  readonly externalId?: string;
  readonly phone?: string;
  readonly status?: string;
  /** In the form in which it is stored: see `password-hashes/parse-hash.ts`. Null for one that can't be verified. */
  readonly passwordHash?: string | null;
}

/** A row with the number of its line in the file, from 1. */
export interface ImportRow {
  readonly line: number;
  readonly fields: RowFields;
  /** Why the row can't be read. */
  readonly fault?: Refusal;
}

/** How a batch of rows is imported. */
export interface ImportOptions {
  readonly isDryRun: boolean;
  /** Addresses and external ids of the file's earlier batches: a repeated one is refused. The batch adds its own. */
  readonly seen?: Set<string>;
  /** Called in the transaction that wrote the rows. */
  readonly onWritten?: (tx: Tx, results: readonly RowResult[]) => Promise<void>;
}

/** Why a row isn't imported: a stable code and a sentence. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
}

/** The result of a row. `email` is the canonical address, or what the row says if it is none. */
export interface RowResult {
  readonly line: number;
  readonly email: string;
  readonly outcome: "created" | "updated" | "unchanged" | "refused";
  /** Of a refused row. */
  readonly refusal?: Refusal;
  /** The user or invitation that the row has created, not of a dry run. */
  readonly createdId?: string;
  /** The account with a password that the row has created. */
  readonly accountId?: string;
}

/** The number of rows with each outcome. */
export interface ImportCounts {
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** A validated row. */
export interface ValidRow {
  readonly line: number;
  /** Canonical. */
  readonly email: string;
  readonly name: string | null;
  readonly roles: string | readonly string[] | null;
  readonly externalId: string | null;
  readonly phone: string | null;
  readonly status: "active" | "suspended" | null;
  readonly passwordHash: string | null;
}

/** A row that is refused. */
export interface RefusedRow {
  readonly line: number;
  readonly email: string;
  readonly refusal: Refusal;
}

/** Rows to import, those that are refused already included. */
export interface ValidatedRows {
  readonly validated: readonly (ValidRow | RefusedRow)[];
  readonly isDryRun: boolean;
}

/**
 * Validates rows, without the database. A repeated address or external id is refused: the first row counts. `seen` has those of
 * earlier rows, and gets the new ones.
 */
export function validateRows(
  rows: readonly ImportRow[],
  seen: Set<string>,
): readonly (ValidRow | RefusedRow)[] {
  return rows.map((row) => {
    const valid = validateRow(row);
    if ("refusal" in valid) return valid;
    const { line, email, externalId } = valid;
    const keys = [email, ...(externalId === null ? [] : [`id ${externalId}`])];
    if (keys.some((key) => seen.has(key))) return { line, email, refusal: duplicate };
    for (const key of keys) seen.add(copyText(key));
    return valid;
  });
}

/** A part of a string keeps the whole string, here a block of the file, in memory; a copy doesn't. */
function copyText(text: string): string {
  return Buffer.from(text).toString();
}

const duplicate: Refusal = {
  code: "imports/duplicate",
  detail: "The address or external id is in an earlier line already. The first one counts.",
};

/** Validates the fields of a row, without the database. The first fault counts. */
function validateRow({ line, fields, fault }: ImportRow): ValidRow | RefusedRow {
  const typed = fields.email ?? "";
  const refuse = (refusal: Refusal): RefusedRow => ({ line, email: typed.slice(0, 320), refusal });
  if (fault !== undefined) return refuse(fault);
  const email = parseEmail(typed);
  if (!email.ok) return refuse({ code: "email/invalid", detail: describeEmailFault(email.fault, typed) });
  const texts = { name: null, phone: null, externalId: null } as Record<TextField, string | null>;
  for (const field of textFields) {
    const text = fields[field] ?? "";
    if (text.trim() === "") continue;
    const { data, error } = schemas[field].safeParse(text);
    if (error !== undefined)
      return refuse({ code: codes[field], detail: `${labels[field]}: ${error.issues[0]?.message}` });
    texts[field] = data ?? null;
  }
  const status = readStatus(fields.status);
  if (status === undefined) return refuse(invalidStatus);
  const { roles = null, passwordHash } = fields;
  if (passwordHash === null) return refuse(invalidHash);
  if (passwordHash !== undefined && passwordHash !== "" && acceptHash(passwordHash) === null)
    return refuse(invalidHash);
  return {
    line,
    email: email.email,
    ...texts,
    status,
    roles: isEmpty(roles) ? null : roles,
    passwordHash: passwordHash === undefined || passwordHash === "" ? null : passwordHash,
  };
}

const textFields = ["name", "phone", "externalId"] as const;
type TextField = (typeof textFields)[number];

const schemas = { name: newUser.shape.name, phone: newUser.shape.phone, externalId } as const;
const labels = { name: "Name", phone: "Phone", externalId: "External id" } as const;
const codes = {
  name: "imports/invalid-name",
  phone: "imports/invalid-phone",
  externalId: "imports/invalid-external-id",
} as const;

const invalidStatus: Refusal = {
  code: "imports/invalid-status",
  detail: "The status is neither active nor suspended. Write one of them, or nothing.",
};

const invalidHash: Refusal = {
  code: "imports/invalid-password-hash",
  detail:
    "The password hash has an unknown format, or verifying it would take too long. Leave it out and let the person set a new password.",
};

function readStatus(text = ""): ValidRow["status"] | undefined {
  const status = text.trim().toLowerCase();
  if (status === "") return null;
  return userStatus.options.find((known) => known === status);
}

function isEmpty(roles: RowFields["roles"] | null): boolean {
  if (roles === null || roles === undefined) return true;
  return typeof roles === "string" ? roles.trim() === "" : roles.every((name) => name.trim() === "");
}

/** The refusal that an error stands for, with the code of its first field if it is about one. */
export function toRefusal({ code, details }: ApiError): Refusal {
  const [field] = details.errors ?? [];
  return { code: code === "request/invalid" ? (field?.code ?? code) : code, detail: details.detail };
}

/** Counts results by outcome. */
export function countOutcomes(results: readonly Pick<RowResult, "outcome">[]): ImportCounts {
  const counts = { created: 0, updated: 0, unchanged: 0, refused: 0 };
  for (const { outcome } of results) counts[outcome] += 1;
  return { total: results.length, ...counts };
}

/** Adds two counts. */
export function addCounts(first: ImportCounts, second: ImportCounts): ImportCounts {
  return {
    total: first.total + second.total,
    created: first.created + second.created,
    updated: first.updated + second.updated,
    unchanged: first.unchanged + second.unchanged,
    refused: first.refused + second.refused,
  };
}
