/** Reads the imports of source files. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { dirname, join as joinPath } from "node:path/posix";
import { parseSync } from "oxc-parser";

/**
 * @typedef {object} Import An import, a re-export, or a dynamic import.
 * @property {string} file from the root, with forward slashes
 * @property {number} line
 * @property {string} specifier as written
 * @property {string} target the path from the root when the specifier is relative; otherwise the specifier
 * @property {readonly string[]} names imported names; empty for re-exports and dynamic imports
 * @property {boolean} isTypeOnly whether nothing of it is left at run time
 */

/**
 * The imports of the files below `root` that match `pattern`.
 * @param {string} root
 * @param {string} pattern a glob, e.g. "packages/*\/src/**\/*.ts"
 * @returns {Import[]}
 */
export function readImports(root, pattern) {
  const exclude = ["**/node_modules/**", "**/dist/**"];
  return globSync(pattern, { cwd: root, exclude })
    .map((file) => file.replaceAll("\\", "/"))
    .sort()
    .flatMap((file) => parseImports(file, readFileSync(join(root, file), "utf8")));
}

/**
 * @param {string} file from the root, with forward slashes
 * @param {string} text the file's content
 * @returns {Import[]}
 */
function parseImports(file, text) {
  const { staticImports, staticExports, dynamicImports } = parseSync(file, text).module;
  const toImport = (
    /** @type {string} */ specifier,
    /** @type {number} */ offset,
    /** @type {{ names?: string[], isTypeOnly?: boolean }} */ { names = [], isTypeOnly = false } = {},
  ) => ({
    file,
    line: text.slice(0, offset).split("\n").length,
    specifier,
    target: /^\.\.?\//.test(specifier) ? joinPath(dirname(file), specifier) : specifier,
    names,
    isTypeOnly,
  });
  const imports = staticImports.map(({ moduleRequest: { value, start }, entries }) => {
    const names = entries.flatMap(({ importName }) => importName.name ?? []);
    const isTypeOnly = entries.length > 0 && entries.every(({ isType }) => isType);
    return toImport(value, start, { names, isTypeOnly });
  });
  const exports = staticExports.flatMap(({ entries }) => {
    const { moduleRequest } = entries.find((entry) => entry.moduleRequest !== null) ?? {};
    const isTypeOnly = entries.every(({ isType }) => isType);
    return moduleRequest ? [toImport(moduleRequest.value, moduleRequest.start, { isTypeOnly })] : [];
  });
  const dynamic = dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const literal = /^["'`]([^"'`$]*)["'`]$/.exec(text.slice(start, end))?.[1];
    return literal === undefined ? [] : [toImport(literal, start)];
  });
  return [...imports, ...exports, ...dynamic];
}
