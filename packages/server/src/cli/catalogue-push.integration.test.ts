import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../../scripts/testing/free-port.mjs";
import {
  createMigratedStorage,
  type ProgramStorage,
  runProgram,
  startProgram,
  temporaryFolder,
} from "../../test/program.ts";

let storage: ProgramStorage;
let made: { readonly organizationId: string; readonly apiKey: string };
const folder = temporaryFolder();

const write = (name: string, content: unknown): string => {
  const file = join(folder, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
};

const first = {
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } },
};
const second = {
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, send: {} } },
};

const gatehouse = (args: readonly string[], stdin = "") => runProgram(args, storage.settings, stdin);
const push = (file: string, ...options: readonly string[]) =>
  gatehouse(["catalogue", "push", file, ...options]);

beforeAll(async () => {
  storage = await createMigratedStorage();
  mkdirSync(join(folder, "node_modules", "@gatehouse"), { recursive: true });
  const access = join(import.meta.dirname, "..", "..", "..", "access");
  symlinkSync(access, join(folder, "node_modules", "@gatehouse", "access"));
  const options = ["--organization", "Acme", "--owner-email", "o@example.test", "--owner-name", "Ada"];
  const file = write("first.json", first);
  const { stdout, stderr } = await gatehouse(
    ["setup", ...options, "--owner-password-stdin", "--catalogue", file],
    "a sentence that nobody guesses",
  );
  expect(stderr).toBe("");
  made = JSON.parse(stdout);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await storage.remove();
});

test("prints the differences, applies them when pushed, and finds none afterwards", async () => {
  expect(await push(write("first.json", first), "--check")).toMatchObject({ code: 0, stderr: "" });
  const file = write("second.json", second);
  const dry = await push(file, "--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toBe("Would appear: campaigns:send\nWould disappear: campaigns:approve\n");
  const drift = await push(file, "--check");
  expect(drift.code).toBe(1);
  expect(drift.stdout).toContain("Would appear: campaigns:send");
  expect(drift.stderr).toMatch(/^The organization's permissions differ .*catalogue push FILE\n$/);
  const pushed = await push(file, "--json");
  expect(pushed.code).toBe(0);
  expect(JSON.parse(pushed.stdout)).toMatchObject({
    organizationId: made.organizationId,
    pushed: true,
    same: false,
    appeared: ["campaigns:send"],
    disappeared: ["campaigns:approve"],
  });
  expect(await push(file, "--check")).toMatchObject({ code: 0, stderr: "" });
  expect((await push(file)).stdout).toBe("The organization's permissions are those of the file already.\n");
});

test("accepts modules that export a catalogue or its definition, as permissions or as the default", async () => {
  const code = `import { definePermissions } from "@gatehouse/access";
    const declared: string = "Campaigns";
    export const permissions = definePermissions({ campaigns: { label: declared, actions: { view: {}, edit: { implies: ["view"] }, send: {} } } });`;
  expect(await push(write("made.ts", code), "--check")).toMatchObject({ code: 0, stderr: "" });
  expect(
    await push(write("plain.mjs", `export default ${JSON.stringify(second)};`), "--check"),
  ).toMatchObject({
    code: 0,
    stderr: "",
  });
});

test.each([
  ["no such file", () => join(folder, "none.json"), /can't be used: ENOENT/],
  ["no JSON", () => write("bad.json", "{"), /can't be used: .*JSON/],
  [
    "a fault in it",
    () => write("bad.json", { a: { label: "A", actions: { "No Name": {} } } }),
    /a\.actions\.No Name/,
  ],
  [
    "a module without permissions",
    () => write("empty.mjs", "export const x = 1;"),
    /export the result of definePermissions/,
  ],
  ["a module that throws", () => write("throws.mjs", "throw new Error('boom')"), /can't be used: boom/],
])("prints one line on stderr for %s", async (_, createFile, message) => {
  const { code, stdout, stderr } = await push(createFile());
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd().split("\n")).toHaveLength(1);
});

test("requires exactly one file, and lists the organizations when the requested one is unknown", async () => {
  expect(await gatehouse(["catalogue", "push"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Name the FILE"),
  });
  expect(await push("a.json", "b.json")).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("one FILE only"),
  });
  expect((await gatehouse(["catalogue", "push", "--help"])).stdout).toContain(
    "catalogue push FILE [OPTIONS]",
  );
  const file = write("second.json", second);
  const unknown = await push(file, "--organization", "x");
  expect(unknown.stderr).toBe(`There is no organization x here. These are there: ${made.organizationId}.\n`);
  expect((await push(file, "--check", "--organization", made.organizationId)).code).toBe(0);
});

test("pushes to a running server with an API key, and requires --drop for a permission in use", async () => {
  const port = String(await freePort());
  const server = startProgram(["serve"], { ...storage.settings, PORT: port, WORKER: "off" });
  try {
    const [, url = ""] = await server.waitForOutput(/is running at (\S+)\n/);
    const api = `${url}/api/v1/organizations/${made.organizationId}`;
    const headers = { authorization: `Bearer ${made.apiKey}`, "content-type": "application/json" };
    const role = await fetch(`${api}/roles`, {
      method: "POST",
      headers,
      body: JSON.stringify({ name: "Senders", permissions: ["campaigns:send"] }),
    });
    expect(role.status).toBe(201);
    const over = (...options: readonly string[]) =>
      gatehouse(
        ["catalogue", "push", write("first.json", first), "--url", url, "--api-key-stdin", ...options],
        `${made.apiKey}\n`,
      );
    const dry = await over("--dry-run");
    expect(dry).toMatchObject({ code: 0, stderr: "" });
    expect(dry.stdout).toContain(
      "Given by roles or API keys, so name them in --drop, or add --drop-all: campaigns:send",
    );
    expect(dry.stdout).toContain("Roles: 1 (Senders) lose: campaigns:send");
    const refused = await over();
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^Roles or API keys give campaigns:send\. .*\n$/);
    expect((await over("--check")).code).toBe(1);
    expect(await over("--drop", "campaigns:send")).toMatchObject({ code: 0, stderr: "" });
    expect((await over("--check")).code).toBe(0);
    const list = await fetch(`${api}/roles?limit=100`, { headers });
    const { items } = (await list.json()) as { items: { name: string; permissions: string[] }[] };
    expect(items.find(({ name }) => name === "Senders")?.permissions).toEqual([]);
    const returned = await gatehouse(
      ["catalogue", "push", write("second.json", second), "--url", url, "--api-key-stdin", "--drop-all"],
      `${made.apiKey}\n`,
    );
    expect(returned).toMatchObject({ code: 0, stderr: "" });
    await fetch(`${api}/roles`, {
      method: "POST",
      headers,
      body: JSON.stringify({ name: "Sending again", permissions: ["campaigns:send"] }),
    });
    expect((await over()).code).toBe(1);
    expect(await over("--drop-all")).toMatchObject({ code: 0, stderr: "" });
    expect((await over("--check")).code).toBe(0);
    const wrong = await gatehouse(
      ["catalogue", "push", write("first.json", first), "--url", url, "--api-key-stdin"],
      "ghk_rubbish",
    );
    expect(wrong).toMatchObject({
      code: 1,
      stderr: "This is not a complete API key. It looks like: ghk_….\n",
    });
  } finally {
    server.child.kill("SIGTERM");
    await server.exited;
  }
});
