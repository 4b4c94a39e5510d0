import pg from "pg";
import type { Engine } from "../src/db/engine.ts";
import { findRefusedShapes } from "./distributed-shapes.ts";
import { type Reference, splitQueries, tokenize } from "./split-queries.ts";

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
      const findings = [...gaps, ...findRefusedShapes(sent.text, tables)];
      return findings.length === 0 ? [] : [`${findings.join(", ")} in: ${sent.text}`];
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
