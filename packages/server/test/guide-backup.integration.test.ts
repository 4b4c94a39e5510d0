/** The commands of the guide "Back up, restore and move", run as they are written. */

import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import pg from "pg";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import { asSuperuser, createDatabaseOnServer, serverUrl, toDatabaseUrl } from "./database-template.ts";
import { type ExitedProgram, runProgram, type Settings, startProgram, temporaryFolder } from "./program.ts";

const docs = join(import.meta.dirname, "..", "..", "..", "docs");
const root = temporaryFolder();
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The shell commands of the page. */
function readCommands(language: "en" | "tr"): readonly string[] {
  const page = readFileSync(join(docs, language, "backup.md"), "utf8");
  return [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = ""]) => block.trim().split("\n"));
}

/** Runs a command of the page with `settings`; the file of the backup is in `root`. */
function runCommand(command: string, settings: Settings): Promise<ExitedProgram> {
  const [, words = ""] = /^npm run gatehouse -- (.*)$/.exec(command) ?? [];
  const args = words
    .split(" ")
    .map((word) => word.replace(/^"\$(\w+)"$/, (_, name: string) => settings[name] ?? ""))
    .map((word) => (word.endsWith(".backup") ? join(root, word) : word));
  const { TARGET_URL: _, ...rest } = settings;
  return runProgram(args, rest);
}

async function createServerDatabase(): Promise<string> {
  const name = `moved_${randomUUID().replaceAll("-", "")}`;
  const url = await createDatabaseOnServer(name);
  onTestFinished(() =>
    asSuperuser(serverUrl(), async (client) => {
      await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
    }),
  );
  return url;
}

async function readRows(url: string, text: string): Promise<readonly unknown[]> {
  const client = new pg.Client({
    connectionString: toDatabaseUrl(serverUrl(), new URL(url).pathname.slice(1)),
  });
  await client.connect();
  return client
    .query(text)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}

test("both languages have the same commands", () => {
  expect(readCommands("tr")).toEqual(readCommands("en"));
});

test("backs up a running embedded installation, restores it elsewhere, and moves it to a server", async () => {
  const [backup = "", restore = "", verify = "", move = "", ...others] = readCommands("en");
  expect(others).toEqual([]);
  const source = { DATA_DIR: join(root, "data"), PORT: String(await freePort()), WORKER: "off" };
  const setup =
    "setup --organization Acme --owner-email o@example.test --owner-name Ada --owner-password-stdin";
  expect((await runProgram(setup.split(" "), source, "a sentence that nobody guesses\n")).code).toBe(0);
  const server = startProgram(["serve"], source);
  onTestFinished(() => void server.child.kill("SIGKILL"));
  await server.waitForOutput(/is running at/);

  expect(await runCommand(backup, source)).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(join(source.DATA_DIR, "copies"))).toEqual([]);
  expect((await runCommand(verify, source)).code).toBe(0); // reads a copy, too
  const target = { ...source, TARGET_URL: await createServerDatabase() };
  expect((await runCommand(move, target)).stderr).toMatch(
    /is in use by process \d+ \(gatehouse serve.* \[move\/in-use\]\n$/,
  );

  const restored = { DATA_DIR: join(root, "restored"), PORT: source.PORT };
  mkdirSync(restored.DATA_DIR);
  copyFileSync(join(source.DATA_DIR, "secret-key"), join(restored.DATA_DIR, "secret-key"));
  const changed = gunzipSync(readFileSync(join(root, "gatehouse.backup")))
    .toString()
    .split("\n");
  const manifest = JSON.parse(changed.at(-2) ?? "");
  changed.splice(-2, 1, JSON.stringify({ ...manifest, heads: [] }));
  writeFileSync(join(root, "changed.backup"), gzipSync(changed.join("\n")));
  expect((await runCommand(restore.replace("gatehouse.b", "changed.b"), restored)).stderr).toMatch(
    / \[backup\/changed\]\n$/,
  );
  expect(readdirSync(restored.DATA_DIR)).toEqual(["secret-key"]);
  mkdirSync(join(restored.DATA_DIR, "database.restoring")); // of a restore that was killed
  expect(await runCommand(restore, restored)).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(restored.DATA_DIR).toSorted()).toEqual([
    "database",
    "installation.json",
    "lock",
    "secret-key",
  ]);
  const verified = await runCommand(verify, restored);
  expect(verified).toMatchObject({ code: 0, stderr: "" });

  server.child.kill("SIGTERM");
  await server.exited;
  const moved = await runCommand(move, { ...target, DATA_DIR: restored.DATA_DIR });
  expect(moved).toMatchObject({ code: 0, stderr: "" });
  expect(moved.stdout).toMatch(/^Moved 1 organizations, \d+ rows\..*\n/);
  expect(moved.stdout).toContain(`SECRET_KEY_FILE=${join(restored.DATA_DIR, "secret-key")}`);
  expect(await readRows(target.TARGET_URL, "SELECT name, owner_count FROM organizations")).toEqual([
    { name: "Acme", owner_count: 1 },
  ]);
  const actions = await readRows(target.TARGET_URL, "SELECT action FROM audit_events ORDER BY sequence");
  expect(actions.at(-1)).toEqual({ action: "organizations.backup-restored" });
  const onServer = {
    DATA_DIR: join(root, "new"),
    DATABASE_URL: target.TARGET_URL,
    SECRET_KEY_FILE: join(restored.DATA_DIR, "secret-key"),
  };
  const heads = async (settings: Settings) => (await runCommand(verify, settings)).stdout;
  expect(await heads(onServer)).toBe(verified.stdout);
  const again = await runCommand(move, { ...target, DATA_DIR: restored.DATA_DIR });
  expect(again.stderr).toMatch(/ \[backup\/target-not-empty\]\n$/);
}, 600_000);
