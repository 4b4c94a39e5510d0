/** Statements that are planned once a connection instead of every time. */
import { createHash } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import type pg from "pg";

const mark = "/* prepared */";

/**
 * Put at the beginning of a statement, prepares it: `` sql`${prepared} SELECT …` ``. For statements that run with every
 * request and look up a few rows by key, where planning takes longer than running. The text must be the same each time,
 * and one plan must suit every tenant: not for lists and searches.
 */
export const prepared: RawBuilder<unknown> = sql.raw(mark);

const names = new Map<string, string>();

/** What pg is asked: under a name of its own for a text that is marked, if the connection can keep it. */
export function toQueryConfig(client: object, text: string, values: (string | null)[]): pg.QueryConfig {
  return canKeep(client, text) ? { name: nameOf(text), text, values } : { text, values };
}

/** Whether the statement is one that is prepared, on a connection that can keep it. */
export function canKeep(client: object, text: string): boolean {
  return text.startsWith(mark) && keepsStatements.has(client);
}

/** The name under which a statement is prepared. */
export function nameOf(text: string): string {
  const name = names.get(text) ?? createHash("sha256").update(text).digest("base64url").slice(0, 20);
  names.set(text, name);
  return name;
}

const keepsStatements = new WeakSet<object>();

/**
 * Finds out, once for each new connection, whether it leads to the server itself. Behind a pooler every transaction may
 * meet another server process, which doesn't know what was prepared; a pooler tells a process id of its own.
 */
export async function learnWhetherDirect(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const told: unknown = Reflect.get(client, "processID");
  if (told === null || told === rows[0]?.pid) keepsStatements.add(client);
}
