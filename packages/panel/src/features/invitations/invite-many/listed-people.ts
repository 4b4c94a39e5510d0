/** Parses people from a list (a table with or without a header row, or addresses in any form), and validates them. */
import { type EmailFault, foldText, parseEmail, type RoleView } from "@gatehouse/sdk/contract";
import { parseAddresses } from "../compose/address-list.ts";
import { detectSeparator, parseRecords, type TableRecord } from "../parse-records.ts";

/** A person as listed. */
export interface ListedPerson {
  /** Line number, from 1. */
  readonly line: number;
  /** The text of the address column. */
  readonly text: string;
  readonly name?: string;
  /** Names of roles; absent if the row has none. */
  readonly roles?: readonly string[];
}

/** Maximum number of people in a list. */
export const maxPeople = 1000;
/** Maximum file size in bytes: about ten times the size of 1,000 people with long names. */
export const maxBytes = 5 * 1024 * 1024;

/** Parses a list. Returns "no-text" for binary files such as a spreadsheet or an image. */
export function parsePeople(given: string): readonly ListedPerson[] | "no-text" {
  const text = given.replace(/^\ufeff/, "");
  if (/[\0\ufffd]/.test(text)) return "no-text";
  const separator = detectSeparator(text.trimStart());
  return (
    parseTable(parseRecords(text, separator ?? "\t"), separator) ??
    parseAddresses(text).map(({ text: address, name }, index) => ({
      line: index + 1,
      text: address,
      ...(name === undefined ? {} : { name: parseName(name) }),
    }))
  );
}

interface Columns {
  readonly email: number;
  readonly names: readonly number[];
  readonly roles: number;
}

function parseTable(
  records: readonly TableRecord[],
  separator: string | null,
): readonly ListedPerson[] | null {
  const [first] = records;
  if (first === undefined) return null;
  const heads = findColumns(first.cells);
  const columns = heads ?? (separator === null ? null : guessColumns(records));
  if (columns === null) return null;
  return records.slice(heads === null ? 0 : 1).map(({ line, cells }) => parsePerson(line, cells, columns));
}

function parsePerson(line: number, cells: readonly string[], columns: Columns): ListedPerson {
  const name = parseName(columns.names.map((index) => cells[index] ?? "").join(" "));
  const roles = (cells[columns.roles] ?? "")
    .split(/[,;|\n]/)
    .map((role) => role.trim())
    .filter((role) => role !== "");
  return {
    line,
    text: stripFormulaEscape(cells[columns.email] ?? ""),
    ...(name === "" ? {} : { name }),
    ...(roles.length === 0 ? {} : { roles: roles.map(stripFormulaEscape) }),
  };
}

/** A name on one line, without invisible characters, at most 200 characters long. */
function parseName(text: string): string {
  const line = stripFormulaEscape(text.trim())
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .normalize("NFC")
    .trim();
  return line.slice(0, 200).replace(/[\ud800-\udbff]$/, "");
}

/** Removes the apostrophe that our CSV files put before formulas. */
function stripFormulaEscape(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

const headerPatterns = {
  email: /^(?:e ?mail|mail|e ?mail address(?:es)?|address|e ?posta|e ?posta adresi|eposta|adres)$/,
  whole: /^(?:name|full ?name|display ?name|adi? soyadi?|ad ve soyad|isim)$/,
  first: /^(?:first ?name|given ?name|adi?)$/,
  last: /^(?:last ?name|surname|family ?name|soyadi?|soyisim)$/,
  roles: /^(?:roles?|rol(?:ler|u)?)$/,
};

/** Finds the columns by their headers; null if the first record has no header for addresses. */
function findColumns(cells: readonly string[]): Columns | null {
  const folded = cells.map((cell) =>
    foldText(cell)
      .replaceAll(/[_.:-]+/g, " ")
      .trim(),
  );
  const find = (pattern: RegExp) => folded.findIndex((cell) => pattern.test(cell));
  const email = find(headerPatterns.email);
  if (email < 0 || cells.some((cell) => cell.includes("@"))) return null;
  const whole = find(headerPatterns.whole);
  const names = whole >= 0 ? [whole] : [find(headerPatterns.first), find(headerPatterns.last)];
  return { email, names: names.filter((index) => index >= 0), roles: find(headerPatterns.roles) };
}

/** Without headers: each record has one address, always in the same column; a second column is the name. */
function guessColumns(records: readonly TableRecord[]): Columns | null {
  const email = records[0]?.cells.findIndex(isAddress) ?? -1;
  const width = records[0]?.cells.length ?? 0;
  const isTable = records.every(
    ({ cells }) =>
      cells.length === width && cells.every((cell, index) => isAddress(cell) === (index === email)),
  );
  if (email < 0 || width < 2 || !isTable) return null;
  // Three columns without headers: name and roles in the order of our own files.
  const [name, roles] = [0, 1, 2].filter((index) => index !== email && index < width);
  return { email, names: name === undefined ? [] : [name], roles: width === 3 ? (roles ?? -1) : -1 };
}

function isAddress(cell: string): boolean {
  return cell.includes("@") && !/[\s<>]/.test(cell);
}

/** Why a person in the list is invalid. */
type PersonError =
  | { readonly is: "address"; readonly fault: EmailFault }
  | { readonly is: "duplicate" }
  | { readonly is: "no-role" }
  | { readonly is: "unknown-role"; readonly role: string };

/** A person of the list with their roles. */
export interface ValidatedPerson extends ListedPerson {
  /** Canonical; null if the address is invalid. */
  readonly email: string | null;
  readonly roleIds: readonly string[];
  readonly error: PersonError | null;
}

/** Validates a list. Rows without roles get `defaultRoleIds`; of duplicate addresses the first is used. */
export function validatePeople(
  people: readonly ListedPerson[],
  roles: readonly RoleView[],
  defaultRoleIds: readonly string[],
): readonly ValidatedPerson[] {
  const byName = new Map(roles.map((role) => [foldText(role.name), role.id]));
  const seen = new Set<string>();
  return people.map((person) => {
    const read = parseEmail(person.text);
    if (!read.ok) {
      const fault = person.text !== "" && !person.text.includes("@") ? "no-at" : read.fault;
      return { ...person, email: null, roleIds: [], error: { is: "address", fault } };
    }
    const { email } = read;
    const isDuplicate = seen.has(email);
    seen.add(email);
    const unknown = person.roles?.find((role) => !byName.has(foldText(role)));
    const rowRoleIds = person.roles?.flatMap((role) => byName.get(foldText(role)) ?? []);
    const roleIds = [...new Set(rowRoleIds ?? defaultRoleIds)];
    const error: PersonError | null = isDuplicate
      ? { is: "duplicate" }
      : unknown !== undefined
        ? { is: "unknown-role", role: unknown }
        : roleIds.length === 0
          ? { is: "no-role" }
          : null;
    return { ...person, email, roleIds, error };
  });
}
