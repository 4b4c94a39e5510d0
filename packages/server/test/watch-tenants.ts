/** Reads every statement that a test has the server send inside an organization, and remembers those that forget it. */
import pg from "pg";
import type { Engine } from "../src/database/engine.ts";
import { findTenantGaps } from "./find-tenant-gaps.ts";

/** Looks on from the first connection of `engine` on. Gives the statements that named a table without its tenant. */
export function watchTenants(engine: Engine): (tables: ReadonlySet<string>) => readonly string[] {
  const seen = new Map<string, Sent>();
  engine.pool.on("connect", (client) => watch(client, seen));
  return (tables) =>
    [...seen.values()].flatMap((sent) => {
      const gaps = findTenantGaps(sent, sent.tenant, tables);
      return gaps.length === 0 ? [] : [`${gaps.join(", ")} in: ${sent.text}`];
    });
}

interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly tenant: string;
}

/** A statement's text is kept once: its parameters differ, where they stand doesn't. */
function watch(client: pg.PoolClient, seen: Map<string, Sent>): void {
  let tenant: string | null = null;
  const query = (...args: unknown[]): unknown => {
    const [asked, given] = args as [string | pg.QueryConfig, unknown];
    const { text, values = Array.isArray(given) ? given : [] } =
      typeof asked === "string" ? { text: asked } : asked;
    if (/^(begin|commit|rollback)\b/.test(text)) tenant = null;
    // A look-up's message is a transaction by itself, of a statement that was seen when it was prepared.
    if (text.startsWith("set transaction ")) return Reflect.apply(pg.Client.prototype.query, client, args);
    tenant = /set local gatehouse\.organization_id = '([^']+)'/.exec(text)?.[1] ?? tenant;
    if (tenant !== null && !seen.has(text)) seen.set(text, { text, values, tenant });
    return Reflect.apply(pg.Client.prototype.query, client, args);
  };
  Object.assign(client, { query });
}
