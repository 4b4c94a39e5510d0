/**
 * Settings that decide what a statement means and how its values are written: the database or its user may have others. And
 * no JIT compilation: it takes longer than any statement here, and the planner starts it for a page of a large table.
 */
import type pg from "pg";

const settings: readonly (readonly [name: string, value: string])[] = [
  ["search_path", "public, pg_temp"],
  ["datestyle", "'ISO, MDY'"],
  ["intervalstyle", "postgres"],
  ["timezone", "'UTC'"],
  ["bytea_output", "hex"],
  ["extra_float_digits", "1"],
  ["array_nulls", "on"],
  ["transform_null_equals", "off"],
  ["standard_conforming_strings", "on"],
  ["row_security", "on"],
  ["quote_all_identifiers", "off"],
  ["jit", "off"],
];

/** The statements that set them for the rest of a transaction. */
export const localSettingStatements: readonly string[] = settings.map(
  ([name, value]) => `set local ${name} = ${value}`,
);

/** The same in one text. */
export const localSessionSettings = localSettingStatements.join("; ");

const sessionSettings = settings.map(([name, value]) => `set ${name} = ${value}`).join("; ");

const directConnections = new WeakSet<object>();
const distributedConnections = new WeakSet<object>();

/** Whether the connection leads directly to a server process, which keeps settings and prepared statements. */
export function isDirect(client: object): boolean {
  return directConnections.has(client);
}

/** Whether the server has Citus, which may keep the tables of organizations on other servers. */
export function isDistributed(client: object): boolean {
  return distributedConnections.has(client);
}

/**
 * Prepares a new connection. Behind a pooler every transaction may use another server process: it has no prepared
 * statements, and the settings must be made in each transaction. A pooler reports a different process id.
 */
export async function prepareConnection(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ pid: number; hasCitus: boolean }>(
    `select pg_backend_pid() as pid, current_setting('citus.shard_count', true) is not null as "hasCitus"`,
  );
  if (rows[0]?.hasCitus === true) distributedConnections.add(client);
  const reportedPid: unknown = Reflect.get(client, "processID");
  if (reportedPid !== null && reportedPid !== rows[0]?.pid) return;
  directConnections.add(client);
  await client.query(sessionSettings);
}
