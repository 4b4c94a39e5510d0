/** The packages, packed and installed into an empty folder outside of the repository. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildFolder } from "../launcher/paths.mjs";
import { freePort } from "../testing/free-port.mjs";
import { buildOnce } from "./built-server.mjs";
import { doMainJob } from "./main-job.mjs";
import { runProgram, startServer } from "./run-program.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-installed-"));
const project = join(folder, "project");
const gatehouse = join(project, "node_modules", ".bin", "gatehouse");
/** Nothing of the repository: neither its Node options nor its settings. */
const env = { HOME: folder, PATH: process.env["PATH"] ?? "", DATA_DIR: join(folder, "data") };

beforeAll(async () => {
  await buildOnce();
  const tarballs = join(folder, "tarballs");
  for (const path of [tarballs, project]) mkdirSync(path, { recursive: true });
  for (const name of ["access", "sdk", "server"])
    await runProgram("npm", ["pack", "--silent", "--pack-destination", tarballs], {
      cwd: join(buildFolder, name),
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
