/** Starts with a damaged data folder: no new installation is created over what is left. */
import { cpSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../../scripts/testing/free-port.mjs";
import { runProgram, temporaryFolder } from "../../test/program.ts";

let intactFolder: string;
const folders: string[] = [];
const timeoutMs = 120_000;

beforeAll(async () => {
  intactFolder = createFolder();
  const setUp =
    "setup --organization Acme --owner-email o@example.test --owner-name Ada --owner-password-stdin";
  const made = await runProgram(
    setUp.split(" "),
    { DATA_DIR: intactFolder },
    "a sentence that nobody guesses\n",
  );
  expect(made).toMatchObject({ code: 0 });
}, timeoutMs);
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function createFolder(): string {
  const folder = temporaryFolder();
  folders.push(folder);
  return folder;
}

const listNames = (folder: string) =>
  readdirSync(folder, { recursive: true }).filter((name) => !/^lock/.test(String(name)));

/** Starts the server and returns its error message. Expects that the folder is unchanged. */
async function startIn(DATA_DIR: string): Promise<string> {
  const before = listNames(DATA_DIR);
  const ended = await runProgram(["serve"], { DATA_DIR, PORT: String(await freePort()) });
  expect(ended).toMatchObject({ code: 1, stdout: "" });
  expect(ended.stderr.trimEnd()).not.toContain("\n");
  expect(ended.stderr).not.toContain("unexpected");
  expect(listNames(DATA_DIR)).toEqual(before);
  return ended.stderr;
}

test.each([
  ["no PG_VERSION", (at: string) => rmSync(join(at, "database/PG_VERSION")), /empty are PG_VERSION\./],
  [
    "no write-ahead log",
    (at: string) => rmSync(join(at, "database/pg_wal"), { recursive: true }),
    /empty are pg_wal\./,
  ],
  [
    "an empty control file",
    (at: string) => truncateSync(join(at, "database/global/pg_control")),
    /pg_control/,
  ],
  [
    "an emptied database",
    (at: string) => {
      rmSync(join(at, "database"), { recursive: true });
      mkdirSync(join(at, "database"));
    },
    /database is empty: .* backup/,
  ],
  [
    "no database",
    (at: string) => rmSync(join(at, "database"), { recursive: true }),
    /^The database is missing: .* backup/,
  ],
  [
    "no secret key",
    (at: string) => rmSync(join(at, "secret-key")),
    /^The secret key is missing: .* Restore the file.*--accept-secret-key/,
  ],
  [
    "a control file of nonsense",
    (at: string) => writeFileSync(join(at, "database/global/pg_control"), "x".repeat(8192)),
    /can't be started: its files are damaged/,
  ],
])(
  "refuses to start with %s and leaves the folder unchanged",
  async (_, damage, message) => {
    const folder = createFolder();
    cpSync(intactFolder, folder, { recursive: true });
    damage(folder);
    expect(await startIn(folder)).toMatch(message);
  },
  timeoutMs,
);

test(
  "refuses to start when DATA_DIR is the database folder itself",
  async () => {
    expect(await startIn(join(intactFolder, "database"))).toMatch(/which is a database itself/);
  },
  timeoutMs,
);

test("reports a data folder that can't be created", async () => {
  const file = join(createFolder(), "file");
  writeFileSync(file, "");
  const ended = await runProgram(["serve"], { DATA_DIR: join(file, "data") });
  expect(ended.stderr).toMatch(/^\S+ can't be a folder: a file is there/);
  expect(ended.code).toBe(1);
});

test(
  "adds installation.json to an installation of an earlier version",
  async () => {
    const folder = createFolder();
    cpSync(intactFolder, folder, { recursive: true });
    rmSync(join(folder, "installation.json"));
    expect(await runProgram(["migrate"], { DATA_DIR: folder })).toMatchObject({ code: 0 });
    expect(readdirSync(folder)).toContain("installation.json");
  },
  timeoutMs,
);
