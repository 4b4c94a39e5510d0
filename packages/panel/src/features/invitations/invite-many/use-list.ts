import type { RoleView } from "@gatehouse/sdk/contract";
import { indexRoleNames, type RoleNames } from "@gatehouse/sdk/contract";
import { useMemo, useState } from "react";
import { type Column, type ColumnMeaning, describeColumns } from "../sheet/columns.ts";
import { countRows, type ListedPerson, listAddresses, listRows } from "../sheet/listed-rows.ts";
import { readSheet, type Sheet } from "../sheet/read-sheet.ts";

/** What the user chose for a table, which its first row identifies. */
interface Choices {
  readonly firstRow: string;
  readonly hasTitles: boolean | null;
  /** By the index of the column. */
  readonly meanings: ReadonlyMap<number, ColumnMeaning>;
}

/** A list that can't be read: a binary file, or a table with an open quote in a line. */
type UnreadableList = { readonly is: "no-text" } | { readonly is: "open-quote"; readonly line: number };

/** The list that is written or pasted, with what the user chose for its columns. */
export interface PeopleList {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly unreadable: UnreadableList | null;
  /** Null for addresses that aren't a table. */
  readonly table: ListedTable | null;
  /** People in the list. */
  readonly count: number;
  /** The people; of a table only after every question is answered. */
  readonly listPeople: () => readonly ListedPerson[];
}

/** A table whose columns the user can choose. */
export interface ListedTable {
  /** The cells of the first row. */
  readonly firstRow: readonly string[];
  /** Whether the first row can have titles: it has no address. */
  readonly canHaveTitles: boolean;
  /** Null until the user has chosen. */
  readonly hasTitles: boolean | null;
  readonly columns: readonly Column[];
  readonly setTitles: (hasTitles: boolean) => void;
  /** Sets what a column contains. There is one column of addresses: a second choice ignores the first one. */
  readonly setMeaning: (index: number, meaning: ColumnMeaning) => void;
  /** Ignores the columns without a meaning. */
  readonly ignoreOthers: () => void;
}

/** The state of the list. */
export function usePeopleList(initial: string, roles: readonly RoleView[] | undefined): PeopleList {
  const [text, setText] = useState(initial);
  const [choices, setChoices] = useState<Choices | null>(null);
  const sheet = useMemo(() => readSheet(text), [text]);
  const names = useMemo(() => indexRoleNames(roles ?? []), [roles]);
  const addresses = useMemo(() => (sheet.is === "addresses" ? listAddresses(sheet.text) : []), [sheet]);
  const table = useMemo(
    () => (sheet.is === "table" ? createTable(sheet, choices, names, setChoices) : null),
    [sheet, choices, names],
  );
  return {
    text,
    setText,
    unreadable: sheet.is === "no-text" || sheet.is === "open-quote" ? sheet : null,
    table,
    count: sheet.is === "table" ? countRows(sheet, table?.hasTitles ?? null) : addresses.length,
    listPeople: () =>
      sheet.is === "table" && table !== null
        ? listRows(sheet, table.hasTitles === true, table.columns)
        : addresses,
  };
}

function createTable(
  sheet: Sheet,
  given: Choices | null,
  roles: RoleNames,
  setChoices: (choices: Choices) => void,
): ListedTable {
  const cells = sheet.records[0]?.cells ?? [];
  const firstRow = cells.join("\n");
  const none: Choices = { firstRow, hasTitles: null, meanings: new Map() };
  const choices = given?.firstRow === firstRow ? given : none;
  const hasTitles = choices.hasTitles ?? sheet.hasTitles;
  const columns = describeColumns(sheet, hasTitles === true, roles).map((column) => ({
    ...column,
    meaning: choices.meanings.get(column.index) ?? column.meaning,
  }));
  const setMeanings = (chosen: ReadonlyArray<readonly [number, ColumnMeaning]>) =>
    setChoices({ ...choices, meanings: new Map([...choices.meanings, ...chosen]) });
  return {
    firstRow: cells,
    canHaveTitles: !cells.some((cell) => cell.includes("@")),
    hasTitles,
    columns,
    setTitles: (next) => setChoices({ ...none, hasTitles: next }),
    setMeaning(index, meaning) {
      const before = columns.filter((column) => column.meaning === "email" && column.index !== index);
      const ignored = meaning === "email" ? before : [];
      setMeanings([...ignored.map((column) => [column.index, "ignore"] as const), [index, meaning]]);
    },
    ignoreOthers: () =>
      setMeanings(
        columns.filter(({ meaning }) => meaning === null).map(({ index }) => [index, "ignore"] as const),
      ),
  };
}
