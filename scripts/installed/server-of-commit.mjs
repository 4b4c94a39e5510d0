/** The server of an earlier commit, with the dependencies of then, and its data. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FatalError } from "../launcher/fatal-error.mjs";
import { cacheFolder, root } from "../launcher/paths.mjs";
import { freePort } from "../testing/free-port.mjs";
import { runProgram, startServer } from "./run-program.mjs";

/** The secret key of the fixtures. */
const secretKey = "the secret key of every fixture of a release";

/** The folder with a dump of the data of each release. */
export const releasesFolder = join(root, "packages", "server", "test", "fixtures", "releases");

/**
 * A release whose data are kept.
 * @typedef {{ version: string, commit: string }} Release
 */

/**
 * The releases, oldest first.
 * @returns {Release[]}
 */
export function listReleases() {
  return JSON.parse(readFileSync(join(releasesFolder, "releases.json"), "utf8"));
}

/** @param {string} version */
export const fixtureOf = (version) => join(releasesFolder, `${version}.sql.gz`);

/**
 * The files of a commit with its production dependencies; made once and kept.
 * @param {string} commit
 * @returns {Promise<string>} the folder
 */
export async function provideCommit(commit) {
  const kept = join(cacheFolder, "commits", commit);
  if (existsSync(kept)) return kept;
  try {
    execFileSync("git", ["cat-file", "-e", `${commit}^{commit}`], { cwd: root, stdio: "ignore" });
  } catch {
    throw new FatalError(
      `The history has no commit ${commit}. Run git fetch --unshallow, and run this again.`,
    );
  }
  const unfinished = `${kept}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const archive = `git -C "${root}" archive "${commit}" package.json package-lock.json .npmrc packages examples docs`;
  await runProgram("bash", [
    "-o",
    "pipefail",
    "-c",
    `${archive} | tar --extract --directory "${unfinished}"`,
  ]);
  await runProgram("npm", ["ci", "--omit=dev", "--workspace=packages/server", "--no-audit", "--no-fund"], {
    cwd: unfinished,
  });
  renameSync(unfinished, kept);
  return kept;
}

/**
 * The environment of a server or a command on a database with the data of a fixture.
 * @param {string} databaseUrl
 * @param {number} [port]
 */
function settingsOf(databaseUrl, port = 0) {
  const { PATH } = process.env;
  const address = port === 0 ? {} : { PORT: String(port) };
  return { PATH, DATABASE_URL: databaseUrl, SECRET_KEY: secretKey, LOG_LEVEL: "warn", ...address };
}

/** @param {string} checkout a folder with the sources of a version */
const command = (checkout) => [
  "--conditions=gatehouse-source",
  "--disable-warning=ExperimentalWarning",
  join(checkout, "packages", "server", "src", "main.ts"),
];

/**
 * Runs `gatehouse` of a checkout to its end.
 * @param {string} checkout
 * @param {readonly string[]} args
 * @param {string} databaseUrl
 */
export function runGatehouse(checkout, args, databaseUrl) {
  return runProgram(process.execPath, [...command(checkout), ...args], { env: settingsOf(databaseUrl) });
}

/**
 * Starts the server of a checkout.
 * @param {string} checkout
 * @param {string} databaseUrl
 * @param {{ hasOrganization?: boolean }} [options]
 */
export async function startCheckout(checkout, databaseUrl, options = {}) {
  const port = await freePort();
  const server = await startServer(process.execPath, [...command(checkout), "serve"], {
    env: settingsOf(databaseUrl, port),
    ...options,
  });
  return { ...server, origin: `http://127.0.0.1:${port}` };
}
