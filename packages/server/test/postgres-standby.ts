/** A standby of the test server whose replication can be stopped. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findMemoryFolder } from "../../../scripts/testing/memory-folder.mjs";
import { asSuperuser, serverUrl } from "./database-template.ts";

const run = promisify(execFile);

/** A running standby. */
export interface Standby {
  /** The path of its socket. */
  readonly socket: string;
  /** Stops receiving changes from the primary. */
  readonly stopReplication: () => Promise<void>;
  /** Promotes it to primary. */
  readonly promote: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Copies the test server and starts the copy as its standby. */
export async function startStandby(): Promise<Standby> {
  const [binaries, host] = await asSuperuser(serverUrl(), async (client) => {
    const { rows } = await client.query("SELECT setting FROM pg_config WHERE name = 'BINDIR'");
    return [String(rows[0]?.setting), new URL(serverUrl()).searchParams.get("host") ?? ""];
  });
  // On a disk it would replay later than the primary writes. A socket's path is short.
  const folder = mkdtempSync(join(findMemoryFolder() ?? "/tmp", "gh-sb-"));
  const identity = await unprivileged();
  if (identity !== null) chownSync(folder, identity.uid, identity.gid);
  const user = { ...identity, cwd: folder };
  const data = join(folder, "data");
  const copy = ["-h", host, "-U", "postgres", "-D", data, "-R", "--checkpoint=fast", "--no-sync"];
  await run(join(binaries, "pg_basebackup"), copy, user);
  const settings = {
    listen_addresses: "",
    unix_socket_directories: folder,
    fsync: "off",
    max_connections: "200",
    shared_buffers: "32MB",
  };
  const options = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  const server = spawn(join(binaries, "postgres"), ["-D", data, ...options], { ...user, stdio: "ignore" });
  const url = `postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}`;
  const query = (text: string) => asSuperuser(url, (client) => client.query(text));
  const until = async (condition: () => Promise<boolean>): Promise<void> => {
    while (!(await condition().catch(() => false))) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  await until(
    async () => (await query("SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'")).rowCount === 1,
  );
  return {
    socket: join(folder, ".s.PGSQL.5432"),
    stopReplication: async () => {
      await query("ALTER SYSTEM SET primary_conninfo = ''");
      await query("SELECT pg_reload_conf()");
      await until(async () => (await query("SELECT FROM pg_stat_wal_receiver")).rowCount === 0);
    },
    promote: async () => {
      // A statement that waits for the promotion can be cancelled by what the standby still replays.
      await query("SELECT pg_promote(false)");
      await until(async () => (await query("SELECT WHERE NOT pg_is_in_recovery()")).rowCount === 1);
    },
    stop: async () => {
      const ended = server.exitCode === null ? once(server, "exit") : null;
      server.kill("SIGQUIT"); // immediate shutdown
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** PostgreSQL refuses to run as root: the user `nobody` runs it then. */
async function unprivileged(): Promise<{ readonly uid: number; readonly gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const readId = async (flag: string) => Number((await run("id", [flag, "nobody"])).stdout);
  return { uid: await readId("-u"), gid: await readId("-g") };
}
