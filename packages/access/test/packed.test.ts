/** The package as others get it: packed, installed into an empty project, and run there without Gatehouse's sources. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const packageFolder = join(import.meta.dirname, "..");
const project = mkdtempSync(join(tmpdir(), "gatehouse-packed-"));

/** Uses all that a panel would, and prints one line. */
const use = `
const permissions = access.definePermissions({
  campaigns: { label: "Campaigns", actions: { view: {}, edit: { implies: ["view"] }, approve: { sensitive: true } } },
});
const roles = access.compileRoles(permissions, [{ id: "r", name: "Editor", permissions: ["campaigns:edit"], isOwner: false }]);
const grants = [{ roleId: "r", grantedBy: "olive", grantedAt: new Date(0) }];
const subject = access.subjectAt({ catalogue: permissions, roles, grants, now: new Date(0) });
const line = JSON.stringify([
  access.can(subject, "campaigns:view"),
  access.can(subject, "campaigns:approve"),
  access.explain(subject, "campaigns:view").because[0].impliedBy,
  access.mayGive(subject.permissions, access.permissionSet.all(permissions)).missing,
]);
`;
const expected = JSON.stringify([true, false, "campaigns:edit", ["campaigns:approve"]]);

function run(file: string, args: readonly string[]): string {
  return execFileSync(file, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

beforeAll(() => {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", project], {
    cwd: packageFolder,
    stdio: "pipe",
  });
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "empty", private: true, type: "module" }),
  );
  const [packed = ""] = readdirSync(project).filter((name) => name.endsWith(".tgz"));
  run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--silent", `./${packed}`]);
}, 120_000);
afterAll(() => rmSync(project, { recursive: true }));

test("brings nothing but itself: compiled modules, types and a README", () => {
  const folder = join(project, "node_modules", "@gatehouse", "access");
  expect(readdirSync(folder).toSorted()).toEqual(["README.md", "dist", "package.json"]);
  const files = readdirSync(join(folder, "dist"));
  expect(files.filter((name) => name.includes("test") || !/\.(js|d\.ts)$/.test(name))).toEqual([]);
  expect(readdirSync(join(project, "node_modules", "@gatehouse"))).toEqual(["access"]);
});

test("runs in Node, by every door", () => {
  writeFileSync(
    join(project, "use.mjs"),
    `import * as access from "@gatehouse/access";
    import { parseCatalogue, withOwnGroups } from "@gatehouse/access/catalogue";
    import { exampleCatalogue } from "@gatehouse/access/example";
    ${use}
    if (withOwnGroups(parseCatalogue(exampleCatalogue.definition)).permissions.length < 100) throw new Error("too few");
    console.log(line);`,
  );
  expect(run(process.execPath, ["use.mjs"]).trim()).toBe(expected);
});

test("has types that a strict project takes", () => {
  writeFileSync(
    join(project, "use.ts"),
    `import { can, definePermissions, permissionSet } from "@gatehouse/access";
    const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });
    can({ permissions: permissionSet.all(permissions) }, "a:view") satisfies boolean;
    // @ts-expect-error a misspelt name
    can({ permissions: permissionSet.all(permissions) }, "a:vew");`,
  );
  const compiler = join(packageFolder, "..", "..", "node_modules", "typescript", "bin", "tsc");
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--types",
    "",
    "use.ts",
  ];
  expect(run(process.execPath, [compiler, ...options])).toBe("");
}, 30_000);
