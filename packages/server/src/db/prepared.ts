/** Prepared statements: planned once per connection instead of every time. */
import { createHash } from "node:crypto";
import type pg from "pg";
import { rawSql, type Statement } from "./sql.ts";

const marker = "/* prepared */";

/**
 * Prepares the statement that begins with it: `` sql`${prepared} SELECT …` ``. For statements of every request that
 * read a few rows by key, where planning takes longer than running. The text must always be the same, and one plan
 * must suit every tenant: not for lists and searches.
 */
export const prepared: Statement = rawSql(marker);

const statementNames = new Map<string, string>();

/** The query for pg: named if the text is marked and the connection can prepare it. */
export function toQueryConfig(client: object, text: string, values: (string | null)[]): pg.QueryConfig {
  return canPrepare(client, text) ? { name: getStatementName(text), text, values } : { text, values };
}

/** Whether the statement is marked as prepared and the connection can prepare it. */
export function canPrepare(client: object, text: string): boolean {
  return text.startsWith(marker) && directConnections.has(client);
}

/** The name under which a statement is prepared. */
export function getStatementName(text: string): string {
  const name = statementNames.get(text) ?? createHash("sha256").update(text).digest("base64url").slice(0, 20);
  statementNames.set(text, name);
  return name;
}

const directConnections = new WeakSet<object>();

/**
 * Detects, once for each new connection, whether it leads directly to the server. Behind a pooler every transaction
 * may use another server process without the prepared statements; a pooler reports a process id of its own.
 */
export async function detectDirectConnection(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  const reportedPid: unknown = Reflect.get(client, "processID");
  if (reportedPid === null || reportedPid === rows[0]?.pid) directConnections.add(client);
}
