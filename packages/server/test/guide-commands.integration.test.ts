/** The commands of the README and of several pages of the guide, run as they are written, in bash. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import { commandsFor } from "../../../scripts/testing/guide-commands.mjs";
import {
  createEmptyStorage,
  entry,
  giveSecondFactor,
  type Program,
  type ProgramStorage,
  startProgram,
  temporaryFolder,
  withoutOptimization,
} from "./program.ts";

const thisTest = "packages/server/test/guide-commands.integration.test.ts";
const password = "a sentence that nobody guesses";
const operatorToken = "only-tests-know-this-token";

/** `npm run gatehouse` of a checkout, in the folder of the test. */
const prelude = `set -e -o pipefail
npm() {
  if [ "$1 $2 $3" != "run gatehouse --" ]; then echo "npm $* is not tested here" >&2; return 99; fi
  shift 3
  "${process.execPath}" ${withoutOptimization} --conditions=gatehouse-source "${entry}" "$@"
}
curl() { command curl --silent --show-error --fail-with-body "$@"; }
`;

type Values = Readonly<Record<string, string>>;

/** Runs commands in one shell, in `folder`. Throws when one fails. */
async function runInShell(folder: string, commands: readonly string[], env: Values): Promise<string> {
  const child = spawn("bash", ["-c", `${prelude}${commands.join("\n")}`], {
    cwd: folder,
    env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await ended;
  if (code !== 0 || stderr !== "") throw new Error(`${commands.join("\n")}\nexited with ${code}:\n${stderr}`);
  return stdout;
}

/** The one command that has nothing to remove: on an embedded database the test can't add a second factor. */
const withoutEffect = /account remove-second-factors/;

/** Writes what people write for the words of the guide in capital letters, and the address of the server. */
function fillIn(command: string, values: Values): string {
  return Object.entries(values).reduce((line, [word, value]) => line.replaceAll(word, value), command);
}

let storage: ProgramStorage;
let server: Program;
let url: string;
let made: { readonly organizationId: string; readonly userId: string; readonly apiKey: string };
let folder: string;
let organization: string;

/** Sends a request with the key of the set-up. */
async function send(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ body: Record<string, unknown>; etag: string }> {
  const response = await fetch(`${organization}${path}`, {
    method,
    headers: { authorization: `Bearer ${made.apiKey}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return {
    body: (await response.json()) as Record<string, unknown>,
    etag: response.headers.get("etag") ?? "",
  };
}

beforeAll(async () => {
  folder = temporaryFolder();
  writeFileSync(join(folder, "password.txt"), `${password}\n`);
  storage = await createEmptyStorage();
  const [setup = ""] = commandsFor("for-operators", thisTest);
  made = JSON.parse(await runInShell(folder, [setup], storage.settings));
  server = startProgram(["serve"], { ...storage.settings, WORKER: "off", OPERATOR_TOKEN: operatorToken });
  [, url = ""] = await server.waitForOutput(/is running at (\S+)\n/);
  organization = `${url}/api/v1/organizations/${made.organizationId}`;
});
afterAll(async () => {
  server.child.kill("SIGTERM");
  await server.exited;
  await storage.remove();
});

test("settings: a rule is changed with an API key", async () => {
  const commands = commandsFor("settings", thisTest).map((line) =>
    fillIn(line, { ORGANIZATION_ID: made.organizationId }),
  );
  expect(commands.length).toBe(3);
  await runInShell(folder, commands, { GATEHOUSE_URL: url, GATEHOUSE_API_KEY: made.apiKey });
  expect((await send("GET", "")).body).toMatchObject({
    security: { requireTwoFactor: true, twoFactorGraceDays: 14 },
  });
  const { etag } = await send("GET", "");
  const back = `curl -X PATCH -H "Authorization: Bearer $K" -H 'If-Match: ${etag}' -H "Content-Type: application/json" -d '{"security": {"requireTwoFactor": false}}' ${organization}`;
  await runInShell(folder, [back], { K: made.apiKey });
});

test("ask over HTTP: every access check gets an answer", async () => {
  const words = {
    "http://127.0.0.1:3000": url,
    "Bearer KEY": `Bearer ${made.apiKey}`,
    '"USER"': `"${made.userId}"`,
  };
  const commands = commandsFor("ask-over-http", thisTest);
  expect(commands.length).toBe(5);
  for (const command of commands) {
    const line = fillIn(command, { ...words, '"ORGANIZATION"': `"${made.organizationId}"` });
    const answer = JSON.parse(await runInShell(folder, [line], {}));
    expect(Object.keys(answer)[0]).toMatch(/^(?:decision|evaluations|results|page)$/);
  }
});

test("protect your panel: a user with an external id, and a check", async () => {
  const env = {
    GATEHOUSE_URL: url,
    ORGANIZATION_ID: made.organizationId,
    USERS_KEY: made.apiKey,
    KEY: made.apiKey,
  };
  const [create = "", check = "", ...others] = commandsFor("protect-your-panel", thisTest);
  expect(others).toEqual([]);
  const user = JSON.parse(await runInShell(folder, [create], env));
  expect(user).toMatchObject({ name: "Ada", externalId: "crm/7" });
  const [first, second] = [`"id":"${user.id}"`, `"id":"${made.organizationId}"`];
  const line = fillIn(check, { "https://gatehouse.example.com": url })
    .replace('"id":"…"', first)
    .replace('"id":"…"', second);
  expect(JSON.parse(await runInShell(folder, [line], env))).toMatchObject({ decision: false });
});

test("move users: a dry run, an import, its undo, and exports", async () => {
  writeFileSync(join(folder, "people.csv"), "email,name,roles\nzoe@example.test,Zoë,Viewer\n");
  for (const command of commandsFor("move-users", thisTest)) {
    const imports = (await send("GET", "/user-imports")).body["items"] as readonly { readonly id: string }[];
    const line = command.replace(/--undo \S+/, `--undo ${imports[0]?.id}`);
    await runInShell(folder, [line], storage.settings);
  }
});

// After the others: it creates a second organization.
test("for operators: set-up, invitations, catalogue, accounts, networks, audit log", async () => {
  const [, ...commands] = commandsFor("for-operators", thisTest);
  expect(commands.length).toBeGreaterThan(5);
  await send("POST", "/roles", { name: "Marketer", description: "", permissions: ["users:view"] });
  const checkpoint = (await send("GET", "/audit-events/checkpoint")).body;
  writeFileSync(join(folder, "checkpoint.json"), JSON.stringify(checkpoint));
  await giveSecondFactor(storage, "olive@lodos.example");
  writeFileSync(join(folder, "permissions.ts"), readDeclaredRoles());
  for (const command of commands) {
    const { etag } = await send("GET", "");
    const env = { GATEHOUSE: url, ORGANIZATION: made.organizationId, KEY: made.apiKey, ETAG: etag };
    const line = fillIn(command, { "https://gate.example.com/api": `${url}/api` });
    await runInShell(folder, [line], { ...storage.settings, ...env, OPERATOR_TOKEN: operatorToken });
  }
});

/** The page's file with permissions and roles. The folder has no packages. */
function readDeclaredRoles(): string {
  const page = readFileSync(new URL("../../../docs/en/for-operators.md", import.meta.url), "utf8");
  const [, code = ""] = /```ts\n(import \{ definePermissions.*?)```/s.exec(page) ?? [];
  const access = new URL("../../access/src/index.ts", import.meta.url).href;
  return code.replace("@gatehouse/access", access);
}

test("README: every command of the command line, on an embedded database", async () => {
  const settings = { DATA_DIR: join(folder, "data"), PORT: String(await freePort()), LOG_LEVEL: "warn" };
  const target = await createEmptyStorage();
  const commands = commandsFor("README", thisTest);
  expect(commands.length).toBeGreaterThan(6);
  const words = {
    EMAIL: "olive@lodos.example",
    FILE: "all.backup",
    DATABASE_URL: target.settings["DATABASE_URL"] ?? "",
  };
  for (const command of commands) {
    const line = fillIn(command, words);
    if (!withoutEffect.test(command)) await runInShell(folder, [line], settings);
    else
      await expect(runInShell(folder, [line], settings)).rejects.toThrow(
        "No account with a second factor signs in",
      );
  }
  await target.remove();
});
