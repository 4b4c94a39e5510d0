/**
 * A step of a release: keeps the data of its schema. Starts the server of a commit on an empty database, does the main job, and stores a
 * dump for the tests that upgrade it. Needs root's PostgreSQL programs, as the tests do, and `npm run build`.
 *
 *   node scripts/packing/write-release-fixture.mjs 0.2.0          # the current commit
 *   node scripts/packing/write-release-fixture.mjs 0.2.0 COMMIT
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { fillInstallation } from "../installed/fill-installation.mjs";
import { doMainJob } from "../installed/main-job.mjs";
import { runProgram } from "../installed/run-program.mjs";
import {
  fixtureOf,
  listReleases,
  provideCommit,
  releasesFolder,
  startCheckout,
} from "../installed/server-of-commit.mjs";
import { root } from "../launcher/paths.mjs";
import { findPostgres } from "../testing/find-programs.mjs";
import { startPostgres } from "../testing/postgres.mjs";

const [version = "", name = "HEAD"] = process.argv.slice(2);
if (!/^\d+\.\d+\.\d+(?:-[\w.-]+)?$/.test(version)) throw new Error("Name the version: 0.2.0 [COMMIT]");
const commit = execFileSync("git", ["rev-parse", name], { cwd: root, encoding: "utf8" }).trim();

const checkout = await provideCommit(commit);
const programs = await findPostgres();
const postgres = await startPostgres();
try {
  const owner = "gatehouse_test_owner"; // the name that the tests give their owner
  const database = new URL(postgres.url);
  for (const statement of [`CREATE ROLE ${owner} LOGIN CREATEROLE`, `CREATE DATABASE fixture OWNER ${owner}`])
    await runProgram(join(programs, "psql"), [postgres.url, "--command", statement]);
  database.pathname = "/fixture";
  database.username = owner;
  const server = await startCheckout(checkout, database.href);
  await doMainJob(server.setupLink);
  await fillInstallation(server.origin);
  await server.stop();
  database.username = new URL(postgres.url).username;
  const dump = await runProgram(join(programs, "pg_dump"), [database.href]);
  const statements = dump.replace(/^\\(?:un)?restrict .*\n?/gm, ""); // older programs don't know them
  writeFileSync(fixtureOf(version), gzipSync(`${statements}\n`, { level: 9 }));
} finally {
  await postgres.stop();
}
const others = listReleases().filter((release) => release.version !== version);
writeFileSync(
  join(releasesFolder, "releases.json"),
  `${JSON.stringify([...others, { version, commit }], null, 2)}\n`,
);
console.log(`${fixtureOf(version)} has the data of ${version} (${commit}).`);
