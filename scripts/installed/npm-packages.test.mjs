/** The packages, packed and installed into an empty folder outside of the repository. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { freePort } from "../testing/free-port.mjs";
import { commandsFor } from "../testing/guide-commands.mjs";
import { buildOnce } from "./built-server.mjs";
import { doMainJob } from "./main-job.mjs";
import { runProgram, startServer } from "./run-program.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-installed-"));
const project = join(folder, "project");
const tarballs = join(folder, "tarballs");
const gatehouse = join(project, "node_modules", ".bin", "gatehouse");
const cli = join(project, "node_modules", ".bin", "gatehouse-cli");
/** Of the guide. */
const commands = commandsFor("install", "scripts/installed/npm-packages.test.mjs");
/** Nothing of the repository: neither its Node options nor its settings. */
const env = { HOME: folder, PATH: process.env["PATH"] ?? "", DATA_DIR: join(folder, "data") };

beforeAll(async () => {
  const [build, pack = ""] = commands;
  expect(build).toBe("npm run build");
  await buildOnce();
  for (const path of [tarballs, project]) mkdirSync(path, { recursive: true });
  await runProgram("bash", ["-c", pack], {
    cwd: root,
    env: { ...process.env, npm_config_pack_destination: tarballs },
  });
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "empty", private: true }));
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  await runProgram("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...files], {
    cwd: project,
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the installed program prints its version and its commands", async () => {
  expect(await runProgram(gatehouse, ["--version"], { env })).toMatch(/^\d+\.\d+\.\d+$/);
  expect(await runProgram(gatehouse, ["--help"], { env })).toContain("catalogue push");
});

test("the main job works with the installed server and the installed SDK", async () => {
  const port = String(await freePort());
  const server = await startServer(gatehouse, ["serve"], { env: { ...env, PORT: port } });
  try {
    await doMainJob(server.setupLink, join(project, "node_modules", "@gatehouse", "sdk"));
    expect(await runProgram(gatehouse, ["health"], { env: { ...env, PORT: port } })).toBe(
      "The server is ready.",
    );
  } finally {
    expect(await server.stop()).toBe(0);
  }
});

test("the command line over HTTP pushes permissions, and lists, imports and exports users", async () => {
  const port = String(await freePort());
  const settings = { ...env, DATA_DIR: join(folder, "cli"), PORT: port };
  const options = "--organization Acme --owner-email olive@example.test --owner-name Olive --json";
  const set = await runProgram(
    "sh",
    ["-c", `echo "a long enough sentence" | "${gatehouse}" setup ${options} --owner-password-stdin`],
    { env: settings },
  );
  const { apiKey } = JSON.parse(set);
  writeFileSync(
    join(project, "permissions.ts"),
    `import { definePermissions } from "@gatehouse/access";
     export const permissions = definePermissions({ pages: { label: "Pages", actions: { view: {} } } });`,
  );
  writeFileSync(
    join(project, "people.csv"),
    "email,name,roles\nzoë@example.test,Zoë,Viewer\nada@example.test,Ada,Viewer\nno address,Ben,Viewer\n",
  );
  const server = await startServer(gatehouse, ["serve"], {
    env: settings,
    hasOrganization: true,
  });
  const run = (/** @type {string[]} */ ...args) =>
    runProgram(cli, args, {
      cwd: project,
      env: {
        ...env,
        GATEHOUSE_URL: `http://127.0.0.1:${port}`,
        GATEHOUSE_API_KEY: apiKey,
      },
    });
  try {
    await expect(run("catalogue", "push", "permissions.ts", "--check")).rejects.toThrow("exited with 1");
    expect(await run("catalogue", "push", "permissions.ts")).toBe("Appeared: pages:view");
    expect(JSON.parse(await run("catalogue", "push", "permissions.ts", "--check", "--json")).same).toBe(true);

    const [settings = "", ...overHttp] = commands.slice(2);
    expect(settings).toMatch(/^export GATEHOUSE_URL=\S+ GATEHOUSE_API_KEY=\S+$/);
    expect(overHttp.length).toBe(2);
    for (const command of overHttp) {
      const address = `GATEHOUSE_URL=http://127.0.0.1:${port} GATEHOUSE_API_KEY=${apiKey}`;
      await runProgram("bash", ["-e", "-c", `export ${address}\n${command}`], { cwd: project, env });
    }
    const dry = await run("users", "import", "people.csv", "--dry-run");
    expect(dry).toBe("Nothing was changed. Of 3 rows: 2 created, 0 updated, 0 unchanged, 1 refused.");
    const imported = await run("users", "import", "people.csv", "--refused", "refused.csv", "--json");
    expect(JSON.parse(imported)).toEqual({ total: 3, created: 2, updated: 0, unchanged: 0, refused: 1 });
    expect(readFileSync(join(project, "refused.csv"), "utf8")).toContain("no address");

    expect(await run("users", "list")).toBe(
      "Ada\tada@example.test\tactive\tViewer\n" +
        "Olive\tolive@example.test\tactive\tOwner\n" +
        "Zoë\tzoë@example.test\tactive\tViewer",
    );
    const viewers = JSON.parse(await run("users", "list", "--role", "viewer", "--limit", "1", "--json"));
    expect(viewers.items.map((/** @type {{ name: string }} */ { name }) => name)).toEqual(["Ada"]);
    await expect(run("users", "list", "--role", "Viewr")).rejects.toThrow('There is no role "Viewr".');
    const exported = await run("users", "export", "--format", "jsonl", "--columns", "email,status");
    expect(exported.split("\n").map((line) => JSON.parse(line).email)).toContain("zoë@example.test");
  } finally {
    expect(await server.stop()).toBe(0);
  }
});

test("the packed command line is small and has no native parts", () => {
  const [file = ""] = readdirSync(tarballs).filter((name) => name.startsWith("gatehouse-cli-"));
  expect(statSync(join(tarballs, file)).size).toBeLessThan(1_000_000);
  const packages = ["cli", "sdk", "access"].map((name) => join(project, "node_modules", "@gatehouse", name));
  const files = packages.flatMap((path) => readdirSync(path, { recursive: true, encoding: "utf8" }));
  expect(files.filter((name) => /\.(?:node|wasm)$/.test(name))).toEqual([]);
});
