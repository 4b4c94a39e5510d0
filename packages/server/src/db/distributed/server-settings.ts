/** Settings that a distributed database has on every server. */
import { quoted } from "../privileges.ts";

/**
 * Settings of the database on every server: Citus's connections between them have no others. A plan for all organizations can't be routed to a
 * server. A write to a reference table comes after reads of many servers in one transaction, which must use the same connections.
 */
export const serverSettings = {
  "citus.enable_unsafe_triggers": "on",
  "citus.multi_shard_modify_mode": "sequential",
  timezone: "UTC",
  datestyle: "ISO",
  intervalstyle: "postgres",
  bytea_output: "hex",
  plan_cache_mode: "force_custom_plan",
} as const;

/** Statements that give a database its settings. A copy of the database doesn't have them. */
export function alterDatabase(database: string): readonly string[] {
  return Object.entries(serverSettings).map(
    ([name, value]) => `ALTER DATABASE ${quoted(database)} SET ${name} = '${value}'`,
  );
}
