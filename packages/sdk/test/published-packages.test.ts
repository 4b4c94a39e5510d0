/** The published packages: packed, installed into an empty project, and run there without the sources. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CheckResult, checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { parseSync } from "oxc-parser";
import { publint } from "publint";
import { afterAll, beforeAll, expect, test } from "vitest";
import { installPackedPackages, packPackages } from "../../../scripts/packing/pack-packages.mjs";
import { publishedPackages } from "../../../scripts/packing/stage-package.mjs";

const project = mkdtempSync(join(tmpdir(), "gatehouse-packed-"));

/** Uses the API like a panel, and prints one line. */
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
const strict = [
  "--noEmit",
  "--strict",
  "--module",
  "nodenext",
  "--target",
  "es2024",
  "--lib",
  "es2024,dom",
  "--types",
  "",
];
const expected = JSON.stringify([true, false, "campaigns:edit", ["campaigns:approve"]]);

function run(file: string, args: readonly string[]): string {
  return execFileSync(file, args, { cwd: project, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

const root = join(import.meta.dirname, "..", "..", "..");
const tarballs = mkdtempSync(join(tmpdir(), "gatehouse-tarballs-"));

beforeAll(async () => {
  await packPackages(tarballs);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "empty", private: true, type: "module" }),
  );
  await installPackedPackages(project);
}, 180_000);
afterAll(() => rmSync(tarballs, { recursive: true }));
afterAll(() => rmSync(project, { recursive: true }));

const installed = (name: string) => join(project, "node_modules", "@gatehouse", name);

test.each(publishedPackages)(
  "@gatehouse/%s contains only compiled modules, types, license and README",
  (name) => {
    const schema = name === "access" ? ["permissions.schema.json"] : [];
    expect(readdirSync(installed(name)).toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "dist",
      "package.json",
      ...schema,
    ]);
    expect(readFileSync(join(installed(name), "LICENSE"))).toEqual(readFileSync(join(root, "LICENSE")));
    const files = readdirSync(join(installed(name), "dist"), { recursive: true, withFileTypes: true });
    const unexpected = files.filter(
      (file) => file.isFile() && (/test/.test(file.name) || !/\.(js|d\.ts)$/.test(file.name)),
    );
    expect(unexpected).toEqual([]);
    expect(readdirSync(join(project, "node_modules", "@gatehouse")).toSorted()).toEqual(
      publishedPackages.toSorted(),
    );
  },
);

test.each(publishedPackages)(
  "publint and are-the-types-wrong find nothing in @gatehouse/%s",
  async (name) => {
    const [file = ""] = readdirSync(tarballs).filter((one) => one.startsWith(`gatehouse-${name}-`));
    const tarball = readFileSync(join(tarballs, file));
    const { messages } = await publint({
      pack: { tarball: new Uint8Array(tarball).buffer },
      strict: true,
    });
    expect(messages).toEqual([]);
    const checked: CheckResult = await checkPackage(createPackageFromTarballData(tarball));
    const problems = checked.types === false ? null : checked.problems;
    // Both are ESM only and use `exports`, which older resolvers don't support.
    const modern = problems?.filter(
      (problem) =>
        problem.kind !== "CJSResolvesToESM" &&
        !("resolutionKind" in problem && problem.resolutionKind === "node10"),
    );
    expect(modern).toEqual([]);
  },
  60_000,
);

test.each(publishedPackages)("the manifest of @gatehouse/%s names only files that it contains", (name) => {
  const manifest = JSON.parse(readFileSync(join(installed(name), "package.json"), "utf8"));
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? [target] : Object.values(target as Record<string, string>),
  );
  expect(targets.filter((target) => !existsSync(join(installed(name), target)))).toEqual([]);
  expect(JSON.stringify(manifest)).not.toContain("gatehouse-source");
  expect(manifest.repository).toMatchObject({ type: "git", directory: `packages/${name}` });
});

test("every entry point of access runs in Node", () => {
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

test("the types of access compile in a strict project", () => {
  writeFileSync(
    join(project, "use.ts"),
    `import { can, definePermissions, permissionSet } from "@gatehouse/access";
    const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });
    can({ permissions: permissionSet.all(permissions) }, "a:view") satisfies boolean;
    // @ts-expect-error a misspelt name
    can({ permissions: permissionSet.all(permissions) }, "a:vew");`,
  );
  const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
  expect(run(process.execPath, [compiler, ...strict, "use.ts"])).toBe("");
}, 30_000);

test("every SDK entry point without React runs in Node, and its types are strict", () => {
  const source = `import { definePermissions } from "@gatehouse/access";
    import { createGatehouse, GatehouseError } from "@gatehouse/sdk";
    import { caslRules } from "@gatehouse/sdk/casl";
    import { createClient } from "@gatehouse/sdk/client";
    import { getUser } from "@gatehouse/sdk/contract";
    const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });
    const options = { url: "http://127.0.0.1:9", apiKey: "ghk_x", organizationId: "x", onError: () => undefined };
    const gatehouse = createGatehouse({ ...options, permissions });
    const results: boolean[] = [gatehouse.can("u", "a:view"), await gatehouse.check("u", "a:view")];
    gatehouse.close();
    const failure: unknown = await createClient(options).getUser({ params: { userId: "u" } }).catch((error: unknown) => error);
    const code = failure instanceof GatehouseError ? failure.code : failure;
    console.log(JSON.stringify([results, code, caslRules(["a:view"]), getUser.path]));`;
  writeFileSync(
    join(project, "sdk.ts"),
    `${source}
    // @ts-expect-error a misspelt name
    gatehouse.can("u", "a:vew");
    void createClient(options).listUsers({ query: { limit: 10 } });
    void createClient(options).listUsers({ query: { limit: "10" } });
    // @ts-expect-error not a number
    void createClient(options).listUsers({ query: { limit: true } });
    // @ts-expect-error no user
    void createClient(options).getUser({});`,
  );
  expect(
    run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), ...strict, "sdk.ts"]),
  ).toBe("");
  writeFileSync(join(project, "sdk.mjs"), stripTypeScriptTypes(source));
  expect(JSON.parse(run(process.execPath, ["sdk.mjs"]))).toEqual([
    [false, false],
    "gatehouse/unreachable",
    [{ action: "view", subject: "a" }],
    "/organizations/:organizationId/users/:userId",
  ]);
}, 60_000);

test("the React module is a client module", () => {
  const text = readFileSync(join(installed("sdk"), "dist", "react", "index.js"), "utf8");
  expect(text).toMatch(/^"use client";/);
});

/** External imports of a module and of its internal imports. */
function importedFrom(folder: string, file: string, seen = new Set<string>()): ReadonlySet<string> {
  const path = join(folder, file);
  if (seen.has(path)) return new Set();
  seen.add(path);
  const { module } = parseSync(path, readFileSync(path, "utf8"));
  expect(module.dynamicImports).toEqual([]);
  const exported = module.staticExports.flatMap(({ entries }) => entries);
  const names = [...module.staticImports, ...exported].flatMap(
    ({ moduleRequest }) => moduleRequest?.value ?? [],
  );
  const [internal, external] = [
    names.filter((name) => name.startsWith(".")),
    names.filter((name) => !name.startsWith(".")),
  ];
  return new Set([
    ...external,
    ...internal.flatMap((name) => [...importedFrom(folder, join(file, "..", name), seen)]),
  ]);
}

test.each([
  ["access", "index.js", []],
  ["access", "catalogue/index.js", []],
  ["access", "example/index.js", []],
  ["sdk", "index.js", ["@gatehouse/access", "@gatehouse/access/catalogue"]],
  ["sdk", "client/index.js", []],
  ["sdk", "casl/index.js", []],
  ["sdk", "react/index.js", ["react"]],
  ["sdk", "testing/index.js", ["@gatehouse/access", "@gatehouse/access/catalogue"]],
  ["sdk", "contract/index.js", ["zod/mini"]],
])("@gatehouse/%s %s imports no Node modules, and zod only in the contract", (name, file, expected) => {
  expect([...importedFrom(join(installed(name), "dist"), file)].toSorted()).toEqual(expected);
});
