/** Finds the programs of a PostgreSQL server, or installs them where that is allowed. */
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { capture } from "../launcher/capture.mjs";
import { Stop } from "../launcher/stop.mjs";
import { installWithApt } from "./apt.mjs";

const oldestMajor = 15;
const homes = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"];

/**
 * The folder of `initdb`, `postgres` and `pg_isready`, version 15 or newer.
 * @returns {Promise<string>}
 */
export async function findPostgres() {
  const found = await firstUsable();
  if (found !== null) return found;
  // Without this file the package makes and starts a cluster of its own, which nobody here needs.
  const noCluster = {
    "/etc/postgresql-common/createcluster.d/gatehouse-tests.conf": "create_main_cluster = false\n",
  };
  await installWithApt(["postgresql-15", "postgresql"], noCluster);
  const installed = await firstUsable();
  if (installed !== null) return installed;
  throw new Stop(
    `The tests need the programs of a PostgreSQL server, version ${oldestMajor} or newer. Install them ` +
      "(Debian: apt-get install postgresql; macOS: brew install postgresql@17) and run this again.",
  );
}

/**
 * The major version that `postgres --version` tells.
 * @param {string} text e.g. "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
 * @returns {number} NaN when it tells none
 */
export function postgresMajor(text) {
  return Number(/PostgreSQL\) (\d+)/.exec(text)?.[1]);
}

async function firstUsable() {
  const configured = await capture("pg_config", ["--bindir"]);
  const folders = [
    ...(configured.code === 0 ? [configured.output.trim()] : []),
    ...homes.flatMap(versionsIn),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  for (const folder of new Set(folders)) {
    if (!["initdb", "postgres", "pg_isready"].every((program) => existsSync(join(folder, program)))) continue;
    const { code, output } = await capture(join(folder, "postgres"), ["--version"]);
    if (code === 0 && postgresMajor(output) >= oldestMajor) return folder;
  }
  return null;
}

/** @param {string} home */
function versionsIn(home) {
  if (!existsSync(home)) return [];
  const newestFirst = readdirSync(home).sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return newestFirst.map((version) => join(home, version, "bin"));
}
