/** One rule, one place: rules about the whole code that Biome can't check. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { findCopies } from "./access-rules.mjs";
import { findCircles, readImportGraph } from "./import-circles.mjs";

/** @param {string} pattern */
function findPaths(pattern) {
  return globSync(pattern, { cwd: root, exclude: ["**/node_modules/**", "**/dist/**"] }).map((path) =>
    path.replaceAll("\\", "/"),
  );
}

describe("import circles", () => {
  /** Has a circle, which proves that circles are found. */
  const fixture = "scripts/lint/fixtures/packages/server/src/auth";

  test("no file imports itself through others, types included", () => {
    const graph = readImportGraph(root, "{packages,examples,e2e,bench,scripts}/**/*.{ts,tsx,mjs}");
    expect(graph.get("packages/panel/src/lib/api/request.ts")).toContain(
      "packages/sdk/src/client/request.ts",
    );
    expect(findCircles(graph)).toEqual([[`${fixture}/actor.ts`, `${fixture}/cycle.ts`]]);
  });

  test("finds every circle", () => {
    const graph = { a: ["b", "d"], b: ["c"], c: ["b"], d: ["e"], e: ["a", "f"], f: [] };
    expect(findCircles(new Map(Object.entries(graph)))).toEqual([
      ["b", "c"],
      ["a", "d", "e"],
    ]);
  });
});

describe("rules of @gatehouse/access", () => {
  /** Copies the catalogue into a response and computes no closure. */
  const exempt = "packages/server/src/features/permissions/routes.ts";

  test("have no second implementation in panel, SDK and server", () => {
    const found = findPaths("packages/{panel,sdk,server}/src/**/*.{ts,tsx}")
      .filter((path) => !/\.test\.tsx?$/.test(path) && path !== exempt)
      .flatMap((path) =>
        findCopies(path, readFileSync(join(root, path), "utf8")).map(
          ({ rule, line }) => `${path}:${line} ${rule}`,
        ),
      );
    expect(found, "Use mayGive, mayActOn or permissionSet of @gatehouse/access").toEqual([]);
  });

  // Copies that the code once had.
  test.each([
    ["ceiling", "const missing = role.permissions.filter((permission) => !held.has(permission));"],
    [
      "ceiling",
      "const missing = needed.find((permission) => { return !session.permissions.has(permission); });",
    ],
    ["ceiling", "const may = role.permissions.every((permission) => actor.permissions.has(permission));"],
    ["ceiling", "const may = given.isSubsetOf(ownPermissions);"],
    ["closure", "const direct = actions.map(({ permission, implies }) => [permission, implies]);"],
    ["closure", "for (const implied of action.implies) open.push(implied);"],
    ["function name", "export function mayActOn(actor, user) {}"],
    ["function name", "const canAssignRole = (role) => true;"],
  ])("reports a copy: %s in %s", (rule, text) => {
    expect(findCopies("copy.ts", text)).toEqual([{ rule, line: 1 }]);
  });

  test("don't report other sets and the use of access", () => {
    const text = `
      const open = roles.filter(({ id }) => !taken.has(id));
      const shown = actions.filter(({ permission }) => permissions.has(permission));
      const decision = mayGive(own, role.permissions);`;
    expect(findCopies("use.ts", text)).toEqual([]);
  });
});

test("file names are unique in a package", () => {
  /** Names that say what a file is for its folder. */
  const conventional = /^(?:index|main|route|routes|queries|errors|problem-texts)\.ts$/;
  const paths = findPaths("packages/*/{src,test}/**/*.{ts,tsx,css}").map((path) => {
    const [, packageName = "", name = ""] = /^packages\/([^/]+)\/.*?([^/]+)$/.exec(path) ?? [];
    return { path, name, key: `${packageName}/${name}` };
  });
  const byName = Map.groupBy(
    paths.filter(({ name }) => !conventional.test(name)),
    ({ key }) => key,
  );
  const repeated = [...byName.values()].filter((same) => same.length > 1);
  expect(repeated.flatMap((same) => same.map(({ path }) => path))).toEqual([]);
});
