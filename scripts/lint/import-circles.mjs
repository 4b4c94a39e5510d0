/**
 * Finds import circles: files that import each other, directly or through others. The files of a circle can't be understood,
 * moved or tested alone, also when only types are imported.
 */
import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { readImports } from "./read-imports.mjs";

/**
 * The files of the repository that each file imports.
 * @param {string} root
 * @param {string} pattern a glob
 * @returns {Map<string, string[]>}
 */
export function readImportGraph(root, pattern) {
  const entryPoints = readEntryPoints(root);
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  for (const { file, target } of readImports(root, pattern))
    graph.set(file, [...(graph.get(file) ?? []), entryPoints.get(target) ?? target]);
  return graph;
}

/**
 * The sources of the packages' entry points: "@gatehouse/access/catalogue" → "packages/access/src/catalogue/index.ts".
 * @param {string} root
 * @returns {Map<string, string>}
 */
function readEntryPoints(root) {
  const files = globSync("packages/*/package.json", { cwd: root });
  return new Map(
    files.flatMap((file) => {
      /** @type {{ name: string, exports?: Record<string, string | { "gatehouse-source": string }> }} */
      const { name, exports = {} } = JSON.parse(readFileSync(join(root, file), "utf8"));
      const folder = posix.dirname(file.replaceAll("\\", "/"));
      return Object.entries(exports).map(([subpath, target]) => [
        posix.join(name, subpath),
        posix.join(folder, typeof target === "string" ? target : target["gatehouse-source"]),
      ]);
    }),
  );
}

/**
 * @param {ReadonlyMap<string, readonly string[]>} graph
 * @returns {string[][]} the files of each circle, each importing the next one and the last the first
 */
export function findCircles(graph) {
  /** @type {string[][]} */
  const circles = [];
  /** @type {Set<string>} */
  const finished = new Set();
  /** @type {string[]} */
  const path = [];

  /** @param {string} file */
  function visit(file) {
    const start = path.indexOf(file);
    if (start !== -1) circles.push(path.slice(start));
    if (start !== -1 || finished.has(file)) return;
    path.push(file);
    for (const imported of graph.get(file) ?? []) visit(imported);
    path.pop();
    finished.add(file);
  }

  for (const file of graph.keys()) visit(file);
  return circles;
}
