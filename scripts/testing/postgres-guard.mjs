/**
 * Owns a PostgreSQL cluster: creates it, starts it, prints its URL, and stops it when stdin is closed. Started by
 * postgres.mjs with the folder of PostgreSQL's programs, the folder for the data if they are to be kept, and settings as JSON.
 */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findMemoryFolder } from "./memory-folder.mjs";

const [, , programs = "", dataFolder = "", givenSettings = "{}"] = process.argv;
const keptFolder = dataFolder === "" ? undefined : dataFolder;
// A socket's path is limited to 107 bytes, and TMPDIR can be long.
const temporaryRoot = findMemoryFolder() ?? (tmpdir().length < 60 ? tmpdir() : "/tmp");
const folder = mkdtempSync(join(temporaryRoot, "gh-pg-"));
const cluster = keptFolder ?? join(folder, "cluster");
const identity = findUnprivilegedUser();
const user = { ...identity, cwd: folder };
/** @type {Record<string, string>} */
const settings = {
  listen_addresses: "",
  unix_socket_directories: folder,
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  shared_buffers: "128MB",
  shared_preload_libraries: "plpgsql,pg_trgm,btree_gin", // otherwise each of thousands of connections loads them
  log_min_messages: "panic",
  timezone: "UTC",
  .../** @type {Record<string, string>} */ (JSON.parse(givenSettings)),
};
const port = settings["port"] ?? "5432";
const options = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);

process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
// The end of stdin tells it to stop; a signal to the process group must not end it before it has cleaned up.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => {});
if (identity !== null) chownSync(folder, identity.uid, identity.gid);

let server = await start();
if (server === null && keptFolder !== undefined) {
  // Damaged by a crash (there is no fsync), or made by another major version.
  rmSync(cluster, { recursive: true, force: true });
  server = await start();
}
if (server === null) process.exit(1);
if (keptFolder !== undefined) dropLeftovers();
const running = server;
running.once("exit", (code) => process.exit(code ?? 1));
process.stdin.once("close", () => {
  running.kill("SIGINT"); // closes open connections as well
  setTimeout(() => running.kill("SIGQUIT"), 5_000);
});
process.stdin.resume();
process.stdout.write(`postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}\n`);

/** Starts the server, and creates the cluster first if there is none. Null when it ends before it is ready. */
async function start() {
  if (!existsSync(join(cluster, "PG_VERSION"))) createCluster();
  const started = spawn(join(programs, "postgres"), ["-D", cluster, ...options], {
    ...user,
    stdio: ["ignore", "ignore", "inherit"],
  });
  while (!isReady()) {
    if (started.exitCode !== null || started.signalCode !== null) return null;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return started;
}

function createCluster() {
  mkdirSync(cluster, { recursive: true });
  if (identity !== null) chownSync(cluster, identity.uid, identity.gid);
  execFileSync(
    join(programs, "initdb"),
    [
      ...["-D", cluster, "--username=postgres", "--auth=trust", "--no-sync", "--no-instructions"],
      ...["--encoding=UTF8", "--locale=C.UTF-8"],
    ],
    { ...user, stdio: ["ignore", "ignore", "inherit"] },
  );
}

/** Drops the databases that interrupted test runs have left. */
function dropLeftovers() {
  const input =
    "select format('drop database %I with (force)', datname) from pg_database where datname ~ '^(test|restored|unfinished)_' \\gexec\n";
  try {
    execFileSync(join(programs, "psql"), ["-q", "-h", folder, "-U", "postgres", "-d", "postgres"], {
      input,
      stdio: ["pipe", "ignore", "ignore"],
    });
  } catch {
    // Without psql they stay, which costs only disk space.
  }
}

function isReady() {
  try {
    execFileSync(join(programs, "pg_isready"), ["-q", "-h", folder, "-p", port], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL can't run as root; then it runs as nobody. */
function findUnprivilegedUser() {
  if (process.getuid?.() !== 0) return null;
  const readId = (/** @type {string} */ flag) =>
    Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: readId("-u"), gid: readId("-g") };
}
