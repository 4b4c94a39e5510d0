/** The columns of a table: what each contains, as far as its title and its cells say so. */

import type { RoleNames } from "@gatehouse/sdk/contract";
import { mentionsEmail, readTitle, type TitleKind } from "./column-titles.ts";
import { isAddressCell, type Sheet } from "./read-sheet.ts";

/** What a column contains. */
export type ColumnMeaning = "email" | "name" | "roles" | "ignore";

/** A column that isn't empty. */
export interface Column {
  readonly index: number;
  /** Empty without titles. */
  readonly title: string;
  /** Its first cell that isn't empty. */
  readonly sample: string;
  /** Null if the table doesn't say it. */
  readonly meaning: ColumnMeaning | null;
  /** Last names come after the other columns of a name. */
  readonly isLastName: boolean;
}

/** What the cells of a column say. */
interface ColumnContent {
  readonly index: number;
  readonly title: string;
  readonly kind: TitleKind | null;
  readonly cells: readonly string[];
  readonly hasAddresses: boolean;
}

/** Lists the columns. Columns without any text are left out. */
export function describeColumns({ records }: Sheet, hasTitles: boolean, roles: RoleNames): readonly Column[] {
  const [first] = records;
  const rows = hasTitles ? records.slice(1) : records;
  const width = first?.cells.length ?? 0;
  const contents = Array.from({ length: width }, (_, index): ColumnContent => {
    const title = hasTitles ? (first?.cells[index] ?? "") : "";
    const cells = rows.map((row) => row.cells[index] ?? "").filter((cell) => cell !== "");
    const addresses = cells.filter(isAddressCell).length;
    return {
      index,
      title,
      kind: readTitle(title),
      cells,
      hasAddresses: addresses > 0 && addresses * 2 >= cells.length,
    };
  }).filter(({ title, cells }) => title !== "" || cells.length > 0);
  const email = findEmailColumn(contents);
  const isRole = (cell: string) => "roleIds" in roles.resolve(cell);
  const kinds = new Set(contents.map(({ kind }) => kind));
  return contents.map((content) => ({
    index: content.index,
    title: content.title,
    sample: content.cells[0] ?? "",
    isLastName: content.kind === "last-name" || (content.kind === "name" && kinds.has("first-name")),
    meaning: hasTitles
      ? readTitledColumn(content, email, kinds)
      : readUntitledColumn(content, email, contents, isRole),
  }));
}

/** The only column that can have the addresses; null if there are several or none. */
function findEmailColumn(contents: readonly ColumnContent[]): number | null {
  const titled = contents.filter(({ kind }) => kind === "email");
  const candidates = titled.length > 0 ? titled : contents.filter(({ hasAddresses }) => hasAddresses);
  const filled = candidates.length > 1 ? candidates.filter(({ hasAddresses }) => hasAddresses) : candidates;
  return filled.length === 1 ? (filled[0]?.index ?? null) : null;
}

function readTitledColumn(
  { index, title, kind, cells, hasAddresses }: ColumnContent,
  email: number | null,
  kinds: ReadonlySet<TitleKind | null>,
): ColumnMeaning | null {
  if (index === email) return "email";
  if (hasAddresses || kind === "email") return email === null ? null : "ignore";
  if (cells.length === 0 && kind === null) return "ignore";
  if (kind === null) return mentionsEmail(title) && email !== null ? "ignore" : null;
  const isPartOfName = kind === "first-name" || kind === "last-name";
  const hasWholeName = kinds.has("name") && kinds.has("first-name") && kinds.has("last-name");
  return isPartOfName && hasWholeName ? "ignore" : titledMeanings[kind];
}

/** A postal address may have the title of a column with e-mail addresses. */
const titledMeanings: Readonly<Record<TitleKind, ColumnMeaning | null>> = {
  email: null,
  address: null,
  name: "name",
  "first-name": "name",
  "last-name": "name",
  roles: "roles",
  ignored: "ignore",
};

/** Without titles the cells decide: names of roles, or, as the only other column beside addresses, names of people. */
function readUntitledColumn(
  column: ColumnContent,
  email: number | null,
  contents: readonly ColumnContent[],
  isRole: (cell: string) => boolean,
): ColumnMeaning | null {
  if (column.index === email) return "email";
  if (column.hasAddresses || email === null) return null;
  if (column.cells.every(isRole)) return "roles";
  const others = contents.filter(({ index, cells }) => index !== email && !cells.every(isRole));
  const isName = column.cells.every((cell) => /\p{L}/u.test(cell) && !/[\d@]/.test(cell) && !isRole(cell));
  return isName && others.length === 1 ? "name" : null;
}
