/**
 * Reads a statement and tells which tables in it are not bound to the tenant: every tenant table that a SELECT, UPDATE or
 * DELETE names needs `organization_id = $n` of its own, in the same query, with the tenant's id as `$n`. Row-level security
 * would hide the mistake on one server; a distributed one would have to ask all its nodes. No full parser: it knows as much
 * of SQL as our statements use, and a table that it can't place is reported.
 */

/** A statement as it was sent. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A table in a query. */
interface Reference {
  readonly table: string;
  readonly alias: string;
  /** An INSERT, whose new rows say themselves where they belong. */
  readonly isInto: boolean;
}

/** One SELECT, UPDATE, DELETE or INSERT, without the queries inside it. */
interface Query {
  readonly tokens: string[];
  readonly references: Reference[];
}

/** The tables of `statement` that lack the tenant, in order, each as often as it lacks it. */
export function findTenantGaps(
  { text, values }: Statement,
  tenant: string,
  tables: ReadonlySet<string>,
): readonly string[] {
  return queriesIn(tokensOf(text), tables).flatMap(({ tokens, references }) => {
    const bound = boundAliases(tokens, (parameter) => values[Number(parameter.slice(1)) - 1] === tenant);
    return references
      .filter((reference) => !isBound(reference, references, tokens, bound))
      .map(({ table }) => table);
  });
}

const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\d+|[A-Za-z_]\w*|\d+(?:\.\d+)?|::|<=|>=|<>|!=|\S/g;

/** Words in lower case, names without their quotes, no comments; texts become one sign that is no name. */
function tokensOf(text: string): readonly string[] {
  const found = text.match(token) ?? [];
  return found
    .filter((part) => !part.startsWith("--") && !part.startsWith("/*"))
    .map((part) =>
      part.startsWith("'") ? "''" : part.startsWith('"') ? part.slice(1, -1) : part.toLowerCase(),
    );
}

const starts = new Set(["select", "insert", "update", "delete", "with", "values"]);
const setOperations = new Set(["union", "intersect", "except"]);
const ends = new Set(["where", "set", "group", "order", "limit", "returning", "select", "values", "on"]);
const opens = new Set(["from", "join", "using"]);

/** Splits a statement into its queries: those in parentheses, and the branches of a UNION, are queries of their own. */
function queriesIn(tokens: readonly string[], tables: ReadonlySet<string>): readonly Query[] {
  const all: Query[] = [];
  const begin = (): Query => {
    const query = { tokens: [], references: [] };
    all.push(query);
    return query;
  };
  const open = [begin()];
  const isQuery: boolean[] = [];
  for (const [at, word] of tokens.entries()) {
    const isStart = starts.has(tokens[at + 1] ?? "");
    if (word === "(") isQuery.push(isStart);
    if (word === "(" && isStart) open.push(begin());
    else if (word === ")" && isQuery.pop() === true) open.pop();
    else if (setOperations.has(word)) open.splice(-1, 1, begin());
    else take(open.at(-1) ?? begin(), tokens, at, tables);
  }
  return all;
}

/** Adds a token to the query that it belongs to, as a table if it is one. */
function take(
  { tokens, references }: Query,
  all: readonly string[],
  at: number,
  tables: ReadonlySet<string>,
): void {
  const table = all[at] ?? "";
  const before = tokens.at(-1) ?? "";
  if (tables.has(table) && isTable(before, all[at + 1] ?? "", isInFrom(tokens)))
    references.push({ table, alias: aliasAfter(all, at), isInto: before === "into" });
  tokens.push(table);
}

/** Whether what comes next stands where tables are listed. */
function isInFrom(tokens: readonly string[]): boolean {
  const last = tokens.findLast((word) => opens.has(word) || ends.has(word)) ?? "";
  return opens.has(last);
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

/** The aliases in `alias.organization_id = $n`, or `organization_id = $n` as `""`, where `$n` is the tenant. */
function boundAliases(
  tokens: readonly string[],
  isTenant: (parameter: string) => boolean,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [at, word] of tokens.entries()) {
    if (word !== "organization_id" || tokens[at + 1] !== "=" || !isTenant(tokens[at + 2] ?? "")) continue;
    found.add(tokens[at - 1] === "." ? (tokens[at - 2] ?? "") : "");
  }
  return found;
}

/** A column without its table's name is that of the only table there is. */
function isBound(
  { alias, isInto }: Reference,
  references: readonly Reference[],
  tokens: readonly string[],
  bound: ReadonlySet<string>,
): boolean {
  if (isInto) return tokens.includes("organization_id");
  return bound.has(alias) || (references.length === 1 && bound.has(""));
}
