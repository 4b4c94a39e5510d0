/** The guide "Protect your panel in ten minutes", followed literally in an empty folder with the packed packages. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackedPackages } from "../../../scripts/packing/pack-packages.mjs";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import {
  createMigratedStorage,
  type Program,
  type ProgramStorage,
  runProgram,
  startProgram,
} from "./program.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const password = "a sentence that nobody guesses";
const started: ChildProcess[] = [];
const folders: string[] = [];
function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-guide-"));
  folders.push(folder);
  return folder;
}
const noPermissions = join(createFolder(), "none.json");
let storage: ProgramStorage;
let server: Program;
let url: string;
let organizationId: string;
let ownerCookie = "";

beforeAll(async () => {
  storage = await createMigratedStorage();
  writeFileSync(noPermissions, "{}");
  const options = ["--organization", "Acme", "--owner-email", "o@example.test", "--owner-name", "Ada"];
  const made = await runProgram(
    ["setup", ...options, "--owner-password-stdin", "--catalogue", noPermissions],
    storage.settings,
    password,
  );
  organizationId = JSON.parse(made.stdout).organizationId;
  server = startProgram(["serve"], { ...storage.settings, WORKER: "off" });
  [, url = ""] = await server.waitForOutput(/is running at (\S+)\n/);
  const session = await send("/sessions", { email: "o@example.test", password });
  ownerCookie = session.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}, 300_000);
afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  server.child.kill("SIGTERM");
  await server.exited;
  for (const folder of folders) rmSync(folder, { recursive: true });
  await storage.remove();
});

/** Posts to Gatehouse's API as the panel does. */
function send(path: string, body: object): Promise<Response> {
  const headers = { "content-type": "application/json", origin: url, cookie: ownerCookie };
  return fetch(`${url}/api/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
}

/** "## Create two keys" */
async function createKey(name: string, permissions: readonly string[]): Promise<string> {
  const response = await send(`/organizations/${organizationId}/api-keys`, { name, permissions });
  expect(response.status).toBe(201);
  return ((await response.json()) as { secret: string }).secret;
}

/** The code blocks of the page up to the end of the section that pushes the catalogue. */
function readBlocks(language: "en" | "tr"): readonly { readonly type: string; readonly text: string }[] {
  const page = readFileSync(join(root, "docs", language, "protect-your-panel.md"), "utf8");
  const end = page.indexOf("\n## ", page.indexOf("catalogue push permissions.ts --url"));
  return [...page.slice(0, end).matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, type = "", text = ""]) => ({
    type,
    text,
  }));
}

/** Installs what `npm install` names: the packed packages, and others as they are installed in the repository. */
async function install(project: string, names: readonly string[]): Promise<void> {
  await installPackedPackages(project);
  const require = createRequire(join(root, "packages", "server", "package.json"));
  for (const name of names.filter((one) => !one.startsWith("@gatehouse/"))) {
    const target = join(project, "node_modules", name);
    mkdirSync(dirname(target), { recursive: true });
    symlinkSync(dirname(require.resolve(`${name}/package.json`)), target);
  }
}

test.each(["en", "tr"] as const)(
  "leads to a guarded route that answers 401, 403 and, after the push, 200: %s",
  async (language) => {
    const home = createFolder();
    symlinkSync(root, join(home, "gatehouse"));
    let folder = home;
    const panelPort = await freePort();
    const panel = `http://127.0.0.1:${panelPort}/campaigns`;
    const panelKey = await createKey("Campaign panel", ["users:view", "roles:view"]);
    const pushKey = await createKey("Push permissions", ["organization:edit"]);
    const environment = { PATH: `${join(root, "node_modules", ".bin")}:${process.env["PATH"]}`, HOME: home };
    const fill = (text: string) =>
      text
        .replaceAll("http://127.0.0.1:3000", url)
        .replaceAll("port: 4000", `port: ${panelPort}`)
        .replaceAll("ghk_…", text.includes("GATEHOUSE_API_KEY") ? panelKey : pushKey);
    const runShell = (text: string) =>
      execFileSync("bash", ["--norc", "-euo", "pipefail", "-c", text], {
        cwd: folder,
        env: environment,
        encoding: "utf8",
      });
    const visit = (cookie: string) => fetch(panel, { headers: { cookie } });

    for (const { type, text } of readBlocks(language)) {
      const [, file] = /^(?:\/\/|#) (\S+\.?\w+)\n/.exec(text) ?? [];
      if (file !== undefined) writeFileSync(join(folder, file), fill(text));
      else if (type === "sh")
        for (const command of text.includes("$PUSH_KEY") ? [text] : text.trim().split("\n"))
          await run(command);
    }
    async function run(command: string): Promise<void> {
      const [program, ...args] = command.split(" ");
      if (program === "cd") folder = join(folder, args[0] ?? "");
      else if (command.startsWith("npm install"))
        await install(
          folder,
          args.slice(1).filter((name) => !name.startsWith("--")),
        );
      else if (program === "node") await startPanel(args);
      else runShell(fill(command).replace(/^npx /, ""));
    }
    async function startPanel(args: readonly string[]): Promise<void> {
      const child = spawn(process.execPath, args, { cwd: folder, env: environment, stdio: "inherit" });
      started.push(child);
      await expect
        .poll(
          () =>
            visit("").then(
              ({ status }) => status,
              () => 0,
            ),
          { timeout: 60_000 },
        )
        .toBe(401);
      const denied = await visit(ownerCookie);
      expect(denied.status).toBe(403);
      expect(await denied.json()).toMatchObject({
        code: "forbidden/permission",
        permission: "campaigns:view",
      });
    }
    await expect.poll(async () => (await visit(ownerCookie)).status, { timeout: 30_000 }).toBe(200);
    expect(await (await visit(ownerCookie)).json()).toEqual({ name: "Ada", mayApprove: true });
    const [child] = started.splice(0);
    child?.kill("SIGTERM");
    if (child !== undefined && child.exitCode === null && child.signalCode === null)
      await once(child, "exit");
    const reset = await runProgram(["catalogue", "push", noPermissions], storage.settings);
    expect(reset).toMatchObject({ code: 0, stderr: "" });
  },
  300_000,
);
