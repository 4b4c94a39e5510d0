/**
 * Owns one throw-away PostgreSQL cluster: makes it, starts it, prints its URL, and takes everything away again when
 * stdin closes. Started by postgres.mjs with the folder of PostgreSQL's programs as its only argument.
 */
import { execFileSync, spawn } from "node:child_process";
import { chownSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [, , binaries = ""] = process.argv;
// A socket's path may have 107 bytes at most, and TMPDIR can be long.
const short = tmpdir().length < 60 ? tmpdir() : "/tmp";
const folder = mkdtempSync(join(short, "gh-pg-"));
const cluster = join(folder, "cluster");
const identity = unprivileged();

process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
// The starter's end is told by stdin; a signal to the whole group must not leave the folder behind.
for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => {});

mkdirSync(cluster);
if (identity !== null) for (const path of [folder, cluster]) chownSync(path, identity.uid, identity.gid);
const user = { ...identity, cwd: folder };
const locale = ["--encoding=UTF8", "--locale=C.UTF-8"];
execFileSync(
  join(binaries, "initdb"),
  ["-D", cluster, "--username=postgres", "--auth=trust", "--no-sync", "--no-instructions", ...locale],
  { ...user, stdio: ["ignore", "ignore", "inherit"] },
);
const settings = {
  listen_addresses: "",
  unix_socket_directories: folder,
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
  max_connections: "200",
  shared_buffers: "128MB",
  log_min_messages: "panic",
  timezone: "UTC",
};
const options = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
const server = spawn(join(binaries, "postgres"), ["-D", cluster, ...options], {
  ...user,
  stdio: ["ignore", "ignore", "inherit"],
});
server.once("exit", (code) => process.exit(code ?? 1));
process.stdin.once("close", () => {
  server.kill("SIGINT"); // ends open connections too
  setTimeout(() => server.kill("SIGQUIT"), 5_000);
});
process.stdin.resume();

while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(`postgresql://postgres@localhost/postgres?host=${encodeURIComponent(folder)}\n`);

function isReady() {
  try {
    execFileSync(join(binaries, "pg_isready"), ["-q", "-h", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** PostgreSQL refuses to run as root; then it runs as nobody. */
function unprivileged() {
  if (process.getuid?.() !== 0) return null;
  const idOf = (/** @type {string} */ flag) =>
    Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}
