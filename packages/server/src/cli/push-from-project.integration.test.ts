/** `gatehouse catalogue push` from a project outside this repository, which has only the packed packages. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackedPackages } from "../../../../scripts/packing/pack-packages.mjs";
import {
  createMigratedStorage,
  type ProgramStorage,
  runLauncher,
  runProgram,
  temporaryFolder,
} from "../../test/program.ts";

const project = temporaryFolder();
let storage: ProgramStorage;

const write = (file: string, text: string) => writeFileSync(join(project, file), text);

/** Runs the command of the repository in the project's folder. */
const push = (file: string, ...options: readonly string[]) =>
  runLauncher(["catalogue", "push", file, ...options], storage.settings, project);

beforeAll(async () => {
  storage = await createMigratedStorage();
  // As `npm init -y` writes it.
  write("package.json", JSON.stringify({ name: "panel", version: "1.0.0", type: "commonjs" }));
  await installPackedPackages(project);
  const options = ["--organization", "Acme", "--owner-email", "o@example.test", "--owner-name", "Ada"];
  write("first.json", JSON.stringify({ pages: { label: "Pages", actions: { view: {} } } }));
  const made = await runProgram(
    ["setup", ...options, "--owner-password-stdin", "--catalogue", join(project, "first.json")],
    storage.settings,
    "a sentence that nobody guesses",
  );
  expect(made.stderr).toBe("");
}, 600_000);
afterAll(async () => {
  rmSync(project, { recursive: true });
  await storage.remove();
});

test("pushes a module that imports the package, files without an extension and JSON", async () => {
  mkdirSync(join(project, "groups"));
  write("groups/index.ts", 'export { reports } from "./reports.js";');
  write(
    "groups/reports.ts",
    'export const reports = { label: "Reports", actions: { export: {} } } as const;',
  );
  write("labels.json", JSON.stringify({ campaigns: "Campaigns" }));
  write(
    "permissions.ts",
    `import { definePermissions } from "@gatehouse/access";
     import { reports } from "./groups";
     import labels from "./labels.json";
     export const permissions = definePermissions({
       campaigns: { label: labels.campaigns, actions: { view: {}, edit: { implies: ["view"] } } },
       reports,
     });`,
  );
  const dry = await push("permissions.ts", "--dry-run");
  expect(dry).toMatchObject({ code: 0, stderr: "" });
  expect(dry.stdout).toContain("Would appear: campaigns:view, campaigns:edit, reports:export\n");
  expect(await push("permissions.ts")).toMatchObject({ code: 0, stderr: "" });
  expect(await push("permissions.ts", "--check")).toMatchObject({ code: 0, stderr: "" });
  expect(readdirSync(project).toSorted()).toEqual([
    "first.json",
    "groups",
    "labels.json",
    "node_modules",
    "package.json",
    "permissions.ts",
  ]);
}, 300_000);

test("pushes JSON that names the schema of the package", async () => {
  const $schema = "./node_modules/@gatehouse/access/permissions.schema.json";
  write("permissions.json", JSON.stringify({ $schema, news: { label: "News", actions: { view: {} } } }));
  expect((await push("permissions.json", "--dry-run")).stdout).toContain("Would appear: news:view\n");
}, 300_000);

test("pushes a module whose package offers sources that it doesn't contain", async () => {
  const manifest = join("node_modules", "@gatehouse", "access", "package.json");
  const packed = readFileSync(join(project, manifest), "utf8");
  write(manifest, packed.replace('"types":', '"gatehouse-source": "./src/index.ts", "types":'));
  expect(await push("permissions.ts", "--check")).toMatchObject({ code: 0, stderr: "" });
  write(manifest, packed);
}, 300_000);

test("names a package that is missing, and what can be imported", async () => {
  write("alias.ts", 'export { permissions } from "@/permissions";');
  expect(await push("alias.ts")).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^The catalogue in alias\.ts can't be used: .*'@\/permissions'.* relative path.*\n$/,
    ),
  });
}, 300_000);
