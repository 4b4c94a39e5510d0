/** People in a list: a table with or without heads, or addresses in any form. */
import { foldText } from "@gatehouse/sdk/contract";
import { readAddresses } from "../../app/invite/address-list.ts";
import { readRecords, separatorOf, type TableRecord } from "./records.ts";

/** Somebody as the list has them. */
export interface ListedPerson {
  /** Where they stand in the list, counted from 1. */
  readonly line: number;
  /** What stands in place of the address. */
  readonly text: string;
  readonly name?: string;
  /** Names of roles; absent where the list has none for this person. */
  readonly roles?: readonly string[];
}

/** How many people go into one list. */
export const mostPeople = 1000;
/** How large a file may be: a thousand people with long names take a tenth of it. */
export const mostBytes = 5 * 1024 * 1024;

/** Reads a list, or says that it is no text: a spreadsheet's own file, for instance, or a picture. */
export function readPeople(given: string): readonly ListedPerson[] | "no-text" {
  const text = given.replace(/^\ufeff/, "");
  if (/[\0\ufffd]/.test(text)) return "no-text";
  const separator = separatorOf(text.trimStart());
  return (
    readTable(readRecords(text, separator ?? "\t"), separator) ??
    readAddresses(text).map(({ text: address, name }, index) => ({
      line: index + 1,
      text: address,
      ...(name === undefined ? {} : { name: nameIn(name) }),
    }))
  );
}

interface Columns {
  readonly email: number;
  readonly names: readonly number[];
  readonly roles: number;
}

function readTable(
  records: readonly TableRecord[],
  separator: string | null,
): readonly ListedPerson[] | null {
  const [first] = records;
  if (first === undefined) return null;
  const heads = columnsOf(first.cells);
  const columns = heads ?? (separator === null ? null : guessColumns(records));
  if (columns === null) return null;
  return records.slice(heads === null ? 0 : 1).map(({ line, cells }) => personIn(line, cells, columns));
}

function personIn(line: number, cells: readonly string[], columns: Columns): ListedPerson {
  const name = nameIn(columns.names.map((index) => cells[index] ?? "").join(" "));
  const roles = (cells[columns.roles] ?? "")
    .split(/[,;|\n]/)
    .map((role) => role.trim())
    .filter((role) => role !== "");
  return {
    line,
    text: plain(cells[columns.email] ?? ""),
    ...(name === "" ? {} : { name }),
    ...(roles.length === 0 ? {} : { roles: roles.map(plain) }),
  };
}

/** One line of visible letters, as long as a name may be. */
function nameIn(text: string): string {
  const line = plain(text.trim())
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .normalize("NFC")
    .trim();
  return line.slice(0, 200).replace(/[\ud800-\udbff]$/, "");
}

/** Without the apostrophe that keeps a spreadsheet from running a cell, as our own files have it. */
function plain(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}

const heads = {
  email: /^(?:e ?mail|mail|e ?mail address(?:es)?|address|e ?posta|e ?posta adresi|eposta|adres)$/,
  whole: /^(?:name|full ?name|display ?name|adi? soyadi?|ad ve soyad|isim)$/,
  first: /^(?:first ?name|given ?name|adi?)$/,
  last: /^(?:last ?name|surname|family ?name|soyadi?|soyisim)$/,
  roles: /^(?:roles?|rol(?:ler|u)?)$/,
};

/** The columns by their heads; null where the first record has no head for addresses. */
function columnsOf(cells: readonly string[]): Columns | null {
  const folded = cells.map((cell) =>
    foldText(cell)
      .replaceAll(/[_.:-]+/g, " ")
      .trim(),
  );
  const find = (pattern: RegExp) => folded.findIndex((cell) => pattern.test(cell));
  const email = find(heads.email);
  if (email < 0 || cells.some((cell) => cell.includes("@"))) return null;
  const whole = find(heads.whole);
  const names = whole >= 0 ? [whole] : [find(heads.first), find(heads.last)];
  return { email, names: names.filter((index) => index >= 0), roles: find(heads.roles) };
}

/** Without heads: one address in each record, all in one column; of two columns the other one is the name. */
function guessColumns(records: readonly TableRecord[]): Columns | null {
  const email = records[0]?.cells.findIndex(isAddress) ?? -1;
  const width = records[0]?.cells.length ?? 0;
  const isTable = records.every(
    ({ cells }) =>
      cells.length === width && cells.every((cell, index) => isAddress(cell) === (index === email)),
  );
  if (email < 0 || width < 2 || !isTable) return null;
  // More than two without a head: name and roles in the order of our own files.
  const [name, roles] = [0, 1, 2].filter((index) => index !== email && index < width);
  return { email, names: name === undefined ? [] : [name], roles: width === 3 ? (roles ?? -1) : -1 };
}

function isAddress(cell: string): boolean {
  return cell.includes("@") && !/[\s<>]/.test(cell);
}
