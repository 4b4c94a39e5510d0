/** Finds the sessions that block one of ours. */
import type pg from "pg";
import type { Engine } from "./engine.ts";

/** Watches a waiting statement. */
export interface BlockerWatch {
  /** The blocking sessions at the last poll. */
  readonly describe: () => string;
  /** What to do about them. */
  readonly advice: () => string;
  readonly stop: () => void;
}

interface Blocker {
  readonly pid: number;
  readonly program: string;
  readonly user: string | null;
  readonly seconds: number | null;
}

const statement = `
  select a.pid, a.application_name as program, a.usename as user,
         extract(epoch from now() - a.xact_start)::integer as seconds
    from pg_stat_activity a where a.pid = any (pg_blocking_pids($1::integer))`;

/** Polls the blockers of `client`'s session from another connection, several times within `withinMs`, until stopped. */
export async function watchBlockers(
  engine: Engine,
  client: pg.ClientBase,
  withinMs: number,
): Promise<BlockerWatch> {
  let found: readonly Blocker[] = [];
  let timer: NodeJS.Timeout | undefined;
  // The embedded database has only one session.
  if (engine.kind === "postgres") {
    const { rows } = await client.query("select pg_backend_pid() as pid");
    const poll = async (): Promise<void> => {
      const answer = await engine.pool.query<Blocker>(statement, [rows[0]?.pid]);
      if (answer.rows.length > 0) found = answer.rows;
    };
    timer = setInterval(() => void poll().catch(() => undefined), Math.max(20, withinMs / 4));
  }
  return {
    describe: () => (found.length === 0 ? "another session" : found.map(describe).join(" and ")),
    advice: () => {
      if (found.length === 0) return "Look at pg_stat_activity, and start again when it has finished.";
      const end = found.map(({ pid }) => `SELECT pg_terminate_backend(${pid});`).join(" ");
      return `Start again when it has finished, or end it: ${end}`;
    },
    stop: () => clearInterval(timer),
  };
}

function describe({ pid, program, user, seconds }: Blocker): string {
  const facts = [program, user, seconds === null ? null : `for ${seconds} s`];
  return `process ${pid} of the server (${facts.filter((fact) => fact !== null && fact !== "").join(", ")})`;
}
