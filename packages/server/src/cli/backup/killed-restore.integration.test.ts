/** Kills `restore` and `move` at each of their steps: nothing half loaded is ever served, and the next run completes the work. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { asSuperuser, serverUrl, toDatabaseUrl } from "../../../test/database-template.ts";
import {
  createEmptyStorage,
  createMigratedStorage,
  type ExitedProgram,
  type ProgramStorage,
  runProgram,
  type Settings,
  startProgram,
  temporaryFolder,
} from "../../../test/program.ts";
import { rounds } from "../../../test/rounds.ts";
import { pauseBefore } from "../../../test/statement-pause.ts";

const isFullRun = rounds(4) === 4;
const migration = "insert into public.gatehouse_migrations";

/** A step, as the statements whose last one doesn't reach the server, and whether `npm test` kills there, too. */
const steps = [
  { name: "in the third migration", texts: [migration, migration, migration], isQuick: true },
  { name: "before the job queues", texts: ["CREATE SCHEMA IF NOT EXISTS pgboss"] },
  {
    name: "between two job queues",
    texts: ["SELECT pgboss.create_queue(", "SELECT pgboss.create_queue("],
    isQuick: true,
  },
  { name: "before the first row", texts: ["disable trigger user"] },
  { name: "in the middle of the rows", texts: ['insert into public."users"'], isQuick: true },
  { name: "after the last row", texts: ["set constraints all immediate"] },
  { name: "before the commit", texts: ["enable trigger user", "commit"], isQuick: true },
];
const killedAt = steps.filter(({ isQuick }) => isFullRun || isQuick);
const afterCommit = ["enable trigger user", "analyze"];

let folder: string;
let file: string;
let source: ProgramStorage;
beforeAll(async () => {
  folder = temporaryFolder();
  file = join(folder, "acme.backup");
  source = await createMigratedStorage();
  const options = ["--organization", "Acme", "--owner-email", "o@example.test", "--owner-name", "Ada"];
  const password = "a sentence that nobody guesses\n";
  const made = await runProgram(["setup", ...options, "--owner-password-stdin"], source.settings, password);
  expect(made.code).toBe(0);
  expect((await runProgram(["backup", file], source.settings)).code).toBe(0);
});
afterAll(async () => {
  await source.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** An empty database on the server. */
async function createTarget(): Promise<
  Settings & { readonly DATABASE_URL: string; readonly DATA_DIR: string }
> {
  const { settings, remove } = await createEmptyStorage();
  onTestFinished(remove);
  return { ...settings, DATABASE_URL: settings["DATABASE_URL"] ?? "" };
}

/** A data folder without a database. */
function createFolder(): Settings & { readonly DATA_DIR: string } {
  const path = temporaryFolder();
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return { DATA_DIR: path, PORT: source.settings.PORT, SECRET_KEY: source.settings["SECRET_KEY"] ?? "" };
}

const onDatabase = (url: string, statement: string): Promise<Record<string, unknown>[]> =>
  asSuperuser(toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1)), async (client) => {
    return (await client.query(statement)).rows;
  });

/** Runs `gatehouse` with the database behind a proxy, and kills it in front of the last of `texts`. */
async function killBefore(
  texts: readonly string[],
  url: string,
  start: (proxyUrl: string) => readonly [args: readonly string[], settings: Settings],
): Promise<void> {
  const pause = await pauseBefore(url, texts);
  const { child, exited } = startProgram(...start(pause.url));
  const exitedFirst = exited.then(({ stdout, stderr }) => {
    throw new Error(`The program exited before ${texts.at(-1)}: ${stdout}${stderr}`);
  });
  exitedFirst.catch(() => undefined); // it is killed below
  await Promise.race([pause.reached, exitedFirst]);
  child.kill("SIGKILL");
  await exited;
  await pause.close();
}

/** Expects that a killed run has left no row that a server could serve. */
async function expectNoRows(url: string, step: string): Promise<void> {
  const [tables] = await onDatabase(url, "SELECT to_regclass('public.organizations') IS NOT NULL AS made");
  if (tables?.["made"] !== true) return;
  const counts = await onDatabase(
    url,
    "SELECT (SELECT count(*)::integer FROM organizations) + (SELECT count(*)::integer FROM accounts) AS rows",
  );
  expect(counts, step).toEqual([{ rows: 0 }]);
}

const readHeads = async (settings: Settings): Promise<ExitedProgram> =>
  runProgram(["audit", "verify"], settings);

test("restore continues on a server after kills at each step, and says when it was complete", async () => {
  const target = await createTarget();
  for (const { name, texts } of killedAt) {
    await killBefore(texts, target.DATABASE_URL, (url) => [
      ["restore", file],
      { ...target, DATABASE_URL: url },
    ]);
    await expectNoRows(target.DATABASE_URL, name);
  }
  await killBefore(afterCommit, target.DATABASE_URL, (url) => [
    ["restore", file],
    { ...target, DATABASE_URL: url },
  ]);
  const again = await runProgram(["restore", file], target);
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toMatch(
    /it was complete: check that with gatehouse audit verify\. \[backup\/target-not-empty\]\n$/,
  );
  expect(await readHeads(target)).toMatchObject({ code: 0, stderr: "" });
  expect((await runProgram(["doctor"], target)).code).toBe(0);
  expect(await onDatabase(target.DATABASE_URL, "SELECT name, owner_count FROM organizations")).toEqual([
    { name: "Acme", owner_count: 1 },
  ]);
}, 600_000);

/** A module for `node --import` that kills the process at a step of a restore into an embedded database. */
function killAt(body: string): string {
  const code = `import fs from "node:fs"; import { syncBuiltinESMExports } from "node:module";
    const die = () => process.kill(process.pid, "SIGKILL");
    const { rename } = fs.promises; const { createReadStream, writeFileSync } = fs; let reads = 0;
    ${body} syncBuiltinESMExports();`;
  return `--import=data:text/javascript,${encodeURIComponent(code)}`;
}

const isFromRestore = "/database\\.restoring$/.test(String(from))";
const atLastRow = killAt(`fs.createReadStream = (path, ...rest) => {
  const stream = createReadStream(path, ...rest);
  return String(path).endsWith(".backup") && ++reads === 2 ? stream.once("end", die) : stream; };`);
const embeddedSteps = [
  {
    name: "before the schema",
    module: killAt(`fs.promises.rename = async (from, to) => { await rename(from, to); die(); };`),
  },
  { name: "while rows are loaded", module: atLastRow, isQuick: true },
  {
    name: "before the database has its name",
    module: killAt(`fs.promises.rename = async (from, to) => ${isFromRestore} ? die() : rename(from, to);`),
  },
];
const afterRename = killAt(
  `fs.promises.rename = async (from, to) => { await rename(from, to); if (${isFromRestore}) die(); };`,
);

test("a data folder with a killed restore isn't served, and restore begins again", async () => {
  const target = createFolder();
  for (const { name, module } of embeddedSteps.filter(({ isQuick }) => isFullRun || isQuick)) {
    const killed = await runProgram(["restore", file], { ...target, NODE_OPTIONS: module });
    expect(killed, name).toMatchObject({ signal: "SIGKILL", stdout: "" });
    expect(existsSync(join(target.DATA_DIR, "database")), name).toBe(false);
    const server = startProgram(["serve"], target);
    onTestFinished(() => void server.child.kill("SIGKILL"));
    const served = await server.exited;
    expect(served, name).toMatchObject({ code: 1, stdout: "" });
    expect(served.stderr, name).toMatch(/was interrupted.*Run gatehouse restore again/);
    expect(existsSync(join(target.DATA_DIR, "database")), name).toBe(false);
  }
  const killed = await runProgram(["restore", file], { ...target, NODE_OPTIONS: afterRename });
  expect(killed).toMatchObject({ signal: "SIGKILL", stdout: "" });
  expect(existsSync(join(target.DATA_DIR, "installation.json"))).toBe(false);
  const again = await runProgram(["restore", file], target);
  expect(again.stderr).toMatch(
    /it was complete: check that with gatehouse audit verify\. \[backup\/target-not-empty\]\n$/,
  );
  expect(await readHeads(target)).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(target.DATA_DIR).toSorted()).toEqual(["database", "installation.json", "lock"]);
}, 600_000);

test("a restore that is killed in an empty embedded database leaves it empty", async () => {
  const target = createFolder();
  expect((await runProgram(["migrate"], target)).code).toBe(0);
  const killed = await runProgram(["restore", file], { ...target, NODE_OPTIONS: atLastRow });
  expect(killed).toMatchObject({ signal: "SIGKILL", stdout: "" });
  // It rejects a database with rows.
  expect(await runProgram(["restore", file], target)).toMatchObject({ code: 0, stderr: "" });
}, 600_000);

test("move continues after kills at each step, and the embedded database stays as it was", async () => {
  const embedded = createFolder();
  expect(await runProgram(["restore", file], embedded)).toMatchObject({ code: 0, stderr: "" });
  const before = await readHeads(embedded);
  expect(before.code).toBe(0);
  const target = await createTarget();
  const killedSteps = isFullRun ? killedAt : killedAt.slice(-1);
  for (const { name, texts } of killedSteps) {
    await killBefore(texts, target.DATABASE_URL, (url) => [["move", "--to", url], embedded]);
    await expectNoRows(target.DATABASE_URL, name);
    if (isFullRun) expect(await readHeads(embedded), name).toEqual(before);
  }
  await killBefore(afterCommit, target.DATABASE_URL, (url) => [["move", "--to", url], embedded]);
  const again = await runProgram(["move", "--to", target.DATABASE_URL], embedded);
  expect(again).toMatchObject({ code: 1, stdout: "" });
  expect(again.stderr).toMatch(
    /it was complete: check that with gatehouse audit verify\. \[backup\/target-not-empty\]\n$/,
  );
  expect(await readHeads({ ...target, SECRET_KEY: embedded["SECRET_KEY"] ?? "" })).toEqual(before);
  expect(await readHeads(embedded)).toEqual(before);
}, 600_000);
