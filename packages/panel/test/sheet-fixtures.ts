/** Reads a text as the page for many invitations does, for tests. */

import { indexRoleNames } from "@gatehouse/sdk/contract";
import {
  type Column,
  type ColumnMeaning,
  describeColumns,
} from "../src/features/invitations/sheet/columns.ts";
import { type ListedPerson, listAddresses, listRows } from "../src/features/invitations/sheet/listed-rows.ts";
import { readSheet } from "../src/features/invitations/sheet/read-sheet.ts";

export const roles = indexRoleNames(
  ["Viewer", "Marketer", "Sales", "EMEA", "Sales, EMEA", "İzleyici"].map((name) => ({ id: name, name })),
);

/** Reads a text as the page does; the choices of the user replace what the table doesn't say. */
export function read(
  text: string,
  choices: { readonly hasTitles?: boolean; readonly meanings?: ColumnMeaning[] } = {},
) {
  const sheet = readSheet(text);
  if (sheet.is === "addresses") return { columns: [], people: listAddresses(sheet.text) };
  if (sheet.is !== "table") return sheet;
  const hasTitles = choices.hasTitles ?? sheet.hasTitles;
  if (hasTitles === null) return { is: "titles?" as const };
  const columns = describeColumns(sheet, hasTitles, roles).map(
    (column, index): Column => ({ ...column, meaning: choices.meanings?.[index] ?? column.meaning }),
  );
  return { columns, people: listRows(sheet, hasTitles, columns) };
}

export function people(...given: Parameters<typeof read>): readonly ListedPerson[] {
  const result = read(...given);
  if (!("people" in result)) throw new Error(`Read as ${result.is}`);
  return result.people;
}

export function meanings(...given: Parameters<typeof read>): readonly string[] {
  const result = read(...given);
  if (!("columns" in result)) throw new Error(`Read as ${result.is}`);
  return result.columns.map(({ title, meaning }) => `${title}: ${meaning}`);
}
