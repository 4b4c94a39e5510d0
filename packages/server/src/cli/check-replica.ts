/** Checks whether lists can be read on the replica of DATABASE_REPLICA_URL. */
import { checkOut } from "../db/connections.ts";
import type { Engine } from "../db/engine.ts";

/** What is known about the server of DATABASE_REPLICA_URL. */
interface ReplicaState {
  readonly isInRecovery: boolean;
  /** Identifies the data: a primary and its replicas have the same. */
  readonly system: string;
  /** Milliseconds since the last transaction that it has replayed. */
  readonly lagMs: number | null;
}

/** Whether lists are read there, and what to do if not. Null without a replica. */
export async function checkReplicaServer({
  pool,
  replica,
}: Pick<Engine, "pool" | "replica">): Promise<{ readonly isRead: boolean; readonly detail: string } | null> {
  if (replica === null) return null;
  const [primary, state] = await Promise.all([readState(pool), readState(replica.pool)]);
  const primaryLater = "Until then the primary answers.";
  if (state.system !== primary.system)
    return {
      isRead: false,
      detail: `It isn't a replica of the server in DATABASE_URL. Make one with pg_basebackup, or unset DATABASE_REPLICA_URL. ${primaryLater}`,
    };
  if (!state.isInRecovery)
    return {
      isRead: false,
      detail: `It is a primary: it was promoted, or is the server of DATABASE_URL. Let DATABASE_REPLICA_URL lead to a streaming replica. ${primaryLater}`,
    };
  const age = state.lagMs === null ? "" : ` Its last transaction is ${Math.round(state.lagMs)} ms old.`;
  return { isRead: true, detail: `It is a streaming replica of the server.${age}` };
}

async function readState(pool: Engine["pool"]): Promise<ReplicaState> {
  const client = await checkOut(pool);
  try {
    const { rows } = await client.query<ReplicaState>(
      `SELECT pg_is_in_recovery() AS "isInRecovery", system_identifier::text AS system,
         extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float8 * 1000 AS "lagMs" FROM pg_control_system()`,
    );
    client.release();
    const [row] = rows;
    if (row === undefined) throw new Error("The server tells nothing about itself.");
    return row;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
