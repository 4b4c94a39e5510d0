import pg from "pg";
import type { Engine } from "../src/db/engine.ts";

/**
 * Checks that every tenant table in a SELECT, UPDATE or DELETE has its own `organization_id = $n` condition in the same query,
 * with the tenant's id as `$n`. Row-level security hides a missing condition on one server, but a distributed database would
 * have to query all nodes. This is not a full SQL parser: it covers the SQL of this repository and reports what it can't resolve.
 */

/** A statement with its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** A table in a query. */
interface Reference {
  readonly table: string;
  readonly alias: string;
  /** The target of an INSERT. */
  readonly isInto: boolean;
}

/** One SELECT, UPDATE, DELETE or INSERT, without its subqueries. */
interface Query {
  readonly tokens: string[];
  readonly references: Reference[];
}

/** The table references of `statement` without a tenant condition, in order. */
export function findMissingTenantFilters(
  { text, values }: Statement,
  tenant: string,
  tables: ReadonlySet<string>,
): readonly string[] {
  return splitQueries(tokenize(text), tables).flatMap(({ tokens, references }) => {
    const bound = findFilteredAliases(
      tokens,
      (parameter) => values[Number(parameter.slice(1)) - 1] === tenant,
    );
    return references
      .filter((reference) => !hasTenantFilter(reference, references, tokens, bound))
      .map(({ table }) => table);
  });
}

const token =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\d+|[A-Za-z_]\w*|\d+(?:\.\d+)?|::|<=|>=|<>|!=|\S/g;

/** Lower-case words, unquoted names, no comments; string literals become `''`. */
function tokenize(text: string): readonly string[] {
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
function splitQueries(tokens: readonly string[], tables: ReadonlySet<string>): readonly Query[] {
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

/** The aliases in `alias.organization_id = $n`, or `organization_id = $n` as `""`, where `$n` is the tenant. */
function findFilteredAliases(
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

/** An unqualified column counts if the query has only one table. */
function hasTenantFilter(
  { alias, isInto }: Reference,
  references: readonly Reference[],
  tokens: readonly string[],
  bound: ReadonlySet<string>,
): boolean {
  if (isInto) return tokens.includes("organization_id");
  return bound.has(alias) || (references.length === 1 && bound.has(""));
}

/** Records every statement that `engine` sends inside an organization, and reports those without a tenant condition. */
export function watchTenantFilters(engine: Engine): (tables: ReadonlySet<string>) => readonly string[] {
  const seen = new Map<string, SentStatement>();
  engine.pool.on("connect", (client) => recordStatements(client, seen));
  return (tables) =>
    [...seen.values()].flatMap((sent) => {
      const gaps = findMissingTenantFilters(sent, sent.tenant, tables);
      return gaps.length === 0 ? [] : [`${gaps.join(", ")} in: ${sent.text}`];
    });
}

interface SentStatement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly tenant: string;
}

/** Each statement text is recorded once: only parameter values differ. */
function recordStatements(client: pg.PoolClient, seen: Map<string, SentStatement>): void {
  let tenant: string | null = null;
  const query = (...args: unknown[]): unknown => {
    const [statement, given] = args as [string | pg.QueryConfig, unknown];
    const { text, values = Array.isArray(given) ? given : [] } =
      typeof statement === "string" ? { text: statement } : statement;
    if (/^(begin|commit|rollback)\b/.test(text)) tenant = null;
    // A look-up's message is a transaction by itself, of a statement that was seen when it was prepared. Explained ones run, too.
    if (/^(set transaction|prepare explained) /i.test(text))
      return Reflect.apply(pg.Client.prototype.query, client, args);
    tenant = /set local gatehouse\.organization_id = '([^']+)'/.exec(text)?.[1] ?? tenant;
    if (tenant !== null && !seen.has(text)) seen.set(text, { text, values, tenant });
    return Reflect.apply(pg.Client.prototype.query, client, args);
  };
  Object.assign(client, { query });
}
