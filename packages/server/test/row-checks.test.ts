import { parseSync } from "oxc-parser";
import { expect, test } from "vitest";
import { sql } from "../src/db/sql.ts";
import { createRowFinder } from "./declared-rows.ts";
import { compareRows } from "./row-checks.ts";

const files: Readonly<Record<string, string>> = {
  "/rows.ts": `
    import { type Status, type Imported as Renamed } from "./imported.ts";
    interface Base { readonly id: string; readonly status: Status; readonly email: string }
    interface User extends Pick<Base, "id" | "status"> { readonly name: string | null; readonly lastUsed?: Date }
    type Counted = Omit<User, "name" | "lastUsed"> & { readonly count: number };
    type Page = (User | { readonly id: null }) & { readonly total: number };
    const a = sql<{ id: string; name: string | null }>\`SELECT literal \${1}\`;
    const b = sql<User>\`SELECT interface\`;
    const c = sql<Counted>\`SELECT intersection\`;
    const d = sql<Renamed>\`SELECT imported\`;
    const e = sql<Page>\`SELECT union\`;
    const f = sql<Record<"one" | "two", number>>\`SELECT record\`;
    const g = sql<{ status: Base["status"]; email: Base["email"] }>\`SELECT indexed\`;
    const h = sql<ReturnType<typeof a>>\`SELECT unreadable\`;
    const i = sql\`SELECT undeclared\`;
    const j = sql<{ id: string }>\`SELECT 'a\\\\b' AS id\`;
  `,
  "/imported.ts": `
    export type { Imported } from "./origin.ts";
    export type Status = "active" | null;
  `,
  "/origin.ts": "export interface Imported { readonly at: Date }",
};
const { find } = createRowFinder(new Map(Object.entries(files)), (file) => {
  const text = files[file] ?? "";
  return { file, text, program: parseSync(file, text).program };
});

/** The report about a statement whose columns and first row are these. */
function report({ template }: { readonly template: readonly string[] }, row: object): string | null {
  const [declared] = find(template);
  if (declared === undefined) throw new Error(`There is no ${template.join("…")}`);
  const result = { rows: [row], fields: Object.keys(row).map((name) => ({ name })) };
  return compareRows(declared, result)?.replace(/^.*?:\d+: /, "") ?? null;
}

test.each([
  [sql`SELECT literal ${1}`, { id: "a", name: null }],
  [sql`SELECT interface`, { id: "a", status: null, name: null, lastUsed: new Date(0) }],
  [sql`SELECT interface`, { id: "a", status: null, name: null }],
  [sql`SELECT intersection`, { id: "a", status: "active", count: 1 }],
  [sql`SELECT imported`, { at: new Date(0) }],
  [sql`SELECT union`, { id: null, status: null, name: null, lastUsed: null, total: 0 }],
  [sql`SELECT record`, { one: 1, two: 2 }],
  [sql`SELECT indexed`, { status: null, email: "a" }],
  [sql`SELECT undeclared`, { id: "a" }],
  [sql`SELECT 'a\\b' AS id`, { id: "a" }],
])("accepts the rows of $template", (statement, row) => {
  expect(report(statement, row)).toBeNull();
});

test.each([
  [sql`SELECT literal ${1}`, { id: "a" }, "declares name and doesn't return it"],
  [sql`SELECT literal ${1}`, { id: "a", name: "A", email: "a" }, "returns email and doesn't declare it"],
  [sql`SELECT literal ${1}`, { id: "a", NAME: "A" }, "declares name and doesn't return it"],
  [sql`SELECT literal ${1}`, { id: null, name: "A" }, "id is null, which its type excludes"],
  [sql`SELECT interface`, { id: "a", name: null }, "declares status and doesn't return it"],
  [sql`SELECT interface`, { id: null, status: null, name: null }, "id is null, which its type excludes"],
  [
    sql`SELECT intersection`,
    { id: "a", status: null, count: null },
    "count is null, which its type excludes",
  ],
  [sql`SELECT imported`, { at: null }, "at is null, which its type excludes"],
  [
    sql`SELECT union`,
    { id: "a", status: null, name: null, total: null },
    "total is null, which its type excludes",
  ],
  [sql`SELECT record`, { one: 1 }, "declares two and doesn't return it"],
  [sql`SELECT indexed`, { status: null, email: null }, "email is null, which its type excludes"],
  [sql`SELECT unreadable`, { id: "a" }, "this check can't read the type ReturnType; declare the fields"],
  [sql`SELECT 'a\\b' AS id`, { name: "a" }, "declares id and doesn't return it"],
])("reports $template with %o", (statement, row, expected) => {
  expect(report(statement, row)).toBe(expected);
});

test("every row type in the sources can be read", () => {
  expect(createRowFinder().listUnreadable()).toEqual([]);
});
