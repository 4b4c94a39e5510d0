/** Finds the programs that the tests need beyond npm packages, or installs them with apt where that is allowed. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { FatalError } from "../launcher/fatal-error.mjs";
import { withProgress } from "../launcher/progress.mjs";
import { runCaptured } from "../launcher/run-captured.mjs";

const oldestPostgres = 15;
const postgresFolders = ["/usr/lib/postgresql", "/usr/local/opt", "/opt/homebrew/opt"];
/** The one without windows takes half the time to load a page. */
const chromiumNames = [
  "chromium-headless-shell",
  "chrome-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];
const chromiumPaths = [
  "/usr/bin/chromium",
  "/snap/bin/chromium",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Debian starts a service after its installation unless this script forbids it; the tests need only the program. */
const withoutServices = { "/usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n" };
/** Without this file Debian's package creates and starts a cluster. */
const withoutCluster = {
  "/etc/postgresql-common/createcluster.d/gatehouse-tests.conf": "create_main_cluster = false\n",
};

/**
 * Chromium's options in tests. Most of them keep it from using the network. Drawing in the browser's process and collecting garbage
 * less often save a tenth of its CPU time.
 */
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--in-process-gpu",
  "--js-flags=--min-semi-space-size=32,--max-semi-space-size=64",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/**
 * The path of an installed Chromium or Chrome: the one in `CHROMIUM`, or the first that is found.
 * @returns {string | null}
 */
export function findInstalledChromium() {
  return findProgram("CHROMIUM", chromiumNames, [], chromiumPaths);
}

/**
 * The path of Chromium or Chrome: the one in `CHROMIUM`, or the first that is found or installed.
 * @returns {Promise<string>}
 */
export async function findChromium() {
  const found = findInstalledChromium();
  if (found !== null) return found;
  await installWithApt([["chromium-headless-shell"], ["chromium"]]);
  return required(
    findInstalledChromium(),
    "The browser tests need Chromium or Chrome. Install it (Debian: apt-get install chromium) or set CHROMIUM to its " +
      "path, and run this again.",
  );
}

/**
 * The path of nginx, for the tests of forward-auth: the one in `NGINX`, or the first that is found or installed.
 * @returns {Promise<string>}
 */
export async function findNginx() {
  const find = () =>
    findProgram("NGINX", ["nginx"], ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin"], []);
  const found = find();
  if (found !== null) return found;
  await installWithApt(
    [["nginx-light"], ["nginx"]],
    existsSync("/usr/sbin/policy-rc.d") ? {} : withoutServices,
  );
  return required(
    find(),
    "The test of forward-auth needs nginx. Install it (Debian: apt-get install nginx-light) or set NGINX to its path, and " +
      "run this again.",
  );
}

/**
 * The folder of `initdb`, `postgres` and `pg_isready`, version 15 or newer.
 * @returns {Promise<string>}
 */
export async function findPostgres() {
  const found = await findPostgresFolder();
  if (found !== null) return found;
  await installWithApt([["postgresql-15"], ["postgresql"]], withoutCluster);
  return required(
    await findPostgresFolder(),
    `The tests need the programs of a PostgreSQL server, version ${oldestPostgres} or newer. Install them ` +
      "(Debian: apt-get install postgresql; macOS: brew install postgresql@17) and run this again.",
  );
}

/**
 * Makes sure that Debian packages with these programs are installed.
 * @param {Readonly<Record<string, string>>} programs package by path of its program
 */
export async function installTools(programs) {
  const missing = Object.entries(programs).flatMap(([path, name]) => (existsSync(path) ? [] : [name]));
  const output = missing.length === 0 ? "" : await installWithApt([missing]);
  for (const [path, name] of Object.entries(programs)) {
    if (!existsSync(path))
      throw new FatalError(`${path} is missing. Install ${name} (Debian, as root) and run this again.`, {
        output,
      });
  }
}

/**
 * The major version in the output of `postgres --version`.
 * @param {string} text e.g. "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"
 * @returns {number} NaN when it contains none
 */
export function parsePostgresMajor(text) {
  return Number(/PostgreSQL\) (\d+)/.exec(text)?.[1]);
}

async function findPostgresFolder() {
  const configured = await runCaptured("pg_config", ["--bindir"]);
  const folders = [
    ...(configured.code === 0 ? [configured.output.trim()] : []),
    ...postgresFolders.flatMap(listVersions),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  for (const folder of new Set(folders)) {
    if (!["initdb", "postgres", "pg_isready"].every((program) => existsSync(join(folder, program)))) continue;
    const { code, output } = await runCaptured(join(folder, "postgres"), ["--version"]);
    if (code === 0 && parsePostgresMajor(output) >= oldestPostgres) return folder;
  }
  return null;
}

/** @param {string} folder with one folder a version */
function listVersions(folder) {
  if (!existsSync(folder)) return [];
  const newestFirst = readdirSync(folder).sort((a, b) => b.localeCompare(a, "en", { numeric: true }));
  return newestFirst.map((version) => join(folder, version, "bin"));
}

/**
 * @param {string} variable environment variable that may hold the path
 * @param {readonly string[]} names
 * @param {readonly string[]} folders searched after those of PATH
 * @param {readonly string[]} paths tried last
 */
function findProgram(variable, names, folders, paths) {
  const { [variable]: configured, PATH: path = "" } = process.env;
  if (configured !== undefined && configured !== "") {
    if (existsSync(configured)) return configured;
    throw new FatalError(
      `${variable} is ${configured}, which does not exist. Correct or unset it and run this again.`,
    );
  }
  const searched = [...path.split(delimiter), ...folders];
  const inFolders = names.flatMap((name) => searched.map((folder) => join(folder, name)));
  return [...inFolders, ...paths].find((file) => existsSync(file)) ?? null;
}

/**
 * @param {string | null} found
 * @param {string} message
 */
function required(found, message) {
  if (found === null) throw new FatalError(message);
  return found;
}

/**
 * Installs the first available of `alternatives`; does nothing unless this is Debian and the user is root.
 * @param {readonly (readonly string[])[]} alternatives packages that belong together, in order of preference
 * @param {Readonly<Record<string, string>>} [settings] contents of files that exist during the installation, by path
 * @returns {Promise<string>} the output of the last command
 */
async function installWithApt(alternatives, settings = {}) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return "";
  for (const [path, content] of Object.entries(settings)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode: 0o755 });
  }
  const output = await withProgress(`Installing ${alternatives[0]?.join(" and ")} with apt`, async () => {
    let last = await runAptGet("update");
    for (const packages of alternatives) {
      last = await runAptGet("install", "-y", "--no-install-recommends", ...packages);
      if (last.code === 0) break;
    }
    return last.output;
  });
  for (const path of Object.keys(settings)) rmSync(path);
  return output;
}

/** @param {readonly string[]} args */
function runAptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another apt may be at work after the start of a machine.
  return runCaptured("apt-get", ["-q", "-o", "DPkg::Lock::Timeout=120", ...args], { env });
}
