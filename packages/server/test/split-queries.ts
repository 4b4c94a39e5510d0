/** Splits an SQL statement into queries. Not a full parser: it covers the SQL of this repository. */

/** A table in a query. */
export interface Reference {
  readonly table: string;
  readonly alias: string;
  /** The target of an INSERT. */
  readonly isInto: boolean;
}

/** One SELECT, UPDATE, DELETE or INSERT, without its subqueries. */
export interface Query {
  readonly tokens: string[];
  readonly references: Reference[];
}

const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\d+|[A-Za-z_]\w*|\d+(?:\.\d+)?|::|<=|>=|<>|!=|\S/g;

/** Lower-case words, unquoted names, no comments; string literals become `''`. */
export function tokenize(text: string): readonly string[] {
  const found = text.match(token) ?? [];
  return found
    .filter((part) => !part.startsWith("--") && !part.startsWith("/*"))
    .map((part) =>
      part.startsWith("'") ? "''" : part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase(),
    );
}

const queryStarts = new Set(["select", "insert", "update", "delete", "with", "values"]);
const setOperations = new Set(["union", "intersect", "except"]);
const clauseEnds = new Set([
  "where",
  "set",
  "group",
  "order",
  "limit",
  "returning",
  "select",
  "values",
  "on",
]);
const tableClauses = new Set(["from", "join", "using"]);

/** Splits a statement into queries. Subqueries and the branches of a UNION are separate queries. */
export function splitQueries(tokens: readonly string[], tables: ReadonlySet<string>): readonly Query[] {
  const all: Query[] = [];
  const begin = (): Query => {
    const query = { tokens: [], references: [] };
    all.push(query);
    return query;
  };
  const open = [begin()];
  const isQuery: boolean[] = [];
  for (const [at, word] of tokens.entries()) {
    const isStart = queryStarts.has(tokens[at + 1] ?? "");
    if (word === "(") isQuery.push(isStart);
    if (word === "(" && isStart) open.push(begin());
    else if (word === ")" && isQuery.pop() === true) open.pop();
    else if (setOperations.has(word)) open.splice(-1, 1, begin());
    else addToken(open.at(-1) ?? begin(), tokens, at, tables);
  }
  return all;
}

/** Adds a token to a query, and its table reference if it is one. */
function addToken(
  { tokens, references }: Query,
  all: readonly string[],
  at: number,
  tables: ReadonlySet<string>,
): void {
  const table = all[at] ?? "";
  const before = tokens.at(-1) ?? "";
  if (tables.has(table) && isTable(before, all[at + 1] ?? "", isInTableClause(tokens)))
    references.push({ table, alias: aliasAfter(all, at), isInto: before === "into" });
  tokens.push(table);
}

/** Whether the next token is in a FROM, JOIN or USING clause. */
function isInTableClause(tokens: readonly string[]): boolean {
  const last = tokens.findLast((word) => tableClauses.has(word) || clauseEnds.has(word)) ?? "";
  return tableClauses.has(last);
}

function isTable(before: string, next: string, isFrom: boolean): boolean {
  if (next === "." || next === "(") return before === "into" && next === "(";
  if (["from", "join", "using", "update", "into", "only"].includes(before)) return true;
  return before === "," && isFrom;
}

function aliasAfter(tokens: readonly string[], at: number): string {
  const [first = "", second = ""] = tokens.slice(at + 1, at + 3);
  const name = first === "as" ? second : first;
  return /^[a-z_]\w*$/.test(name) && !keywords.has(name) ? name : (tokens[at] ?? "");
}

const keywords = new Set([
  ...[
    "where",
    "set",
    "join",
    "left",
    "right",
    "full",
    "inner",
    "cross",
    "on",
    "using",
    "group",
    "order",
    "limit",
  ],
  ...["returning", "values", "select", "for", "union", "from", "natural", "default"],
]);
