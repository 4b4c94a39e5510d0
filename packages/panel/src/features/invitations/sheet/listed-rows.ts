/** The people of a table or a list of addresses. */
import { parseAddresses } from "../compose/parse-addresses.ts";
import type { Column } from "./columns.ts";
import type { TableRecord } from "./parse-records.ts";
import type { Sheet } from "./read-sheet.ts";

/** A person as listed. */
export interface ListedPerson {
  /** Line number, from 1. */
  readonly line: number;
  /** The text of the address column. */
  readonly text: string;
  readonly name?: string;
  /** The cells with names of roles; absent if the row has none. */
  readonly roles?: readonly string[];
  /** `columns`: more cells than the first row; `lines`: a cell that swallowed another row. */
  readonly fault?: "columns" | "lines";
}

/** The people of a list of addresses, one for each entry. */
export function listAddresses(text: string): readonly ListedPerson[] {
  return parseAddresses(text).map(({ text: address, name }, index) => ({
    line: index + 1,
    text: address,
    ...(name === undefined ? {} : { name: parseName(name) }),
  }));
}

/** The number of people in a table. */
export function countRows({ records }: Sheet, hasTitles: boolean | null): number {
  return hasTitles === true ? records.length - 1 : records.length;
}

/** The people of a table, one for each row. */
export function listRows(
  { records }: Sheet,
  hasTitles: boolean,
  columns: readonly Column[],
): readonly ListedPerson[] {
  const width = records[0]?.cells.length ?? 0;
  const used = {
    email: columns.find(({ meaning }) => meaning === "email")?.index ?? -1,
    names: columns
      .filter(({ meaning }) => meaning === "name")
      .sort((a, b) => Number(a.isLastName) - Number(b.isLastName))
      .map(({ index }) => index),
    roles: columns.filter(({ meaning }) => meaning === "roles").map(({ index }) => index),
  };
  return records.slice(hasTitles ? 1 : 0).map((record) => toPerson(record, used, width));
}

interface UsedColumns {
  readonly email: number;
  readonly names: readonly number[];
  readonly roles: readonly number[];
}

function toPerson({ line, cells }: TableRecord, used: UsedColumns, width: number): ListedPerson {
  const get = (index: number) => stripFormulaEscape(cells[index] ?? "");
  const [mailbox, ...others] = parseAddresses(get(used.email));
  const isMailbox = mailbox?.name !== undefined && others.length === 0;
  const names = used.names.map((index) => cells[index] ?? "").join(" ");
  const name = parseName(names.trim() === "" && isMailbox ? (mailbox.name ?? "") : names);
  const roles = used.roles.map(get).filter((cell) => cell !== "");
  const fault = cells.slice(width).some((cell) => cell !== "")
    ? "columns"
    : [used.email, ...used.names, ...used.roles].some((index) => hasSwallowedRow(cells[index] ?? ""))
      ? "lines"
      : null;
  return {
    line,
    text: isMailbox ? mailbox.text : get(used.email),
    ...(name === "" ? {} : { name }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(fault === null ? {} : { fault }),
  };
}

/** A quote that isn't closed where it should be makes the next rows part of a cell. */
function hasSwallowedRow(cell: string): boolean {
  return cell.includes("\n") && cell.includes("@");
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
