/** Copies the installed production dependencies of a workspace: the versions of the lock file, without a registry. */
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { buildFolder, root } from "../launcher/paths.mjs";

/** Files that nothing loads at run time: types, source maps, settings of editors and CI, and documentation. Licenses stay. */
const unneededFile =
  /\.(?:map|[cm]?ts|tsbuildinfo)$|^\.|^(?:README|CHANGELOG|HISTORY|SECURITY|CONTRIBUTING)\.md$/i;
/** The same for folders in the root folder of a package. */
const unneededFolder = /^(?:\.|(?:__tests__|benchmarks?|docs?|examples?|man|tests?)$)/;
/**
 * Large files of a package that only its other uses need.
 * @type {Readonly<Record<string, RegExp>>}
 */
const unneededParts = {
  // The extensions that the embedded database doesn't load (see db/embedded/thread.ts), and the CommonJS build.
  "@electric-sql/pglite": /^dist\/(?:(?!(?:btree_gin|pg_trgm)\.)[^/]+\.tar\.gz|.*\.cjs)$/,
};

/**
 * @param {string} workspace folder in `packages/`
 * @param {string} target a `node_modules` folder
 */
export function copyDependencies(workspace, target) {
  for (const path of listDependencies(workspace)) {
    const name = nameOf(path);
    const source = name.startsWith("@gatehouse/") ? join(buildFolder, name.split("/")[1] ?? "") : path;
    cpSync(source, join(target, targetOf(path)), {
      recursive: true,
      dereference: true,
      filter: (file) => isNeeded(name, relative(source, file).split(sep)),
    });
  }
}

/**
 * @param {string} name of a package
 * @param {readonly string[]} path of a file or folder in it, in parts
 */
function isNeeded(name, path) {
  const [folder = "", ...inFolder] = path;
  if (inFolder.length > 0 ? unneededFolder.test(folder) : unneededFile.test(folder)) return false;
  if (path.includes("node_modules") || unneededFile.test(path.at(-1) ?? "")) return false;
  return unneededParts[name]?.test(path.join("/")) !== true;
}

/**
 * Folders of the installed packages that a workspace needs at run time, without itself.
 * @param {string} workspace
 * @returns {string[]}
 */
function listDependencies(workspace) {
  const args = ["ls", `--workspace=@gatehouse/${workspace}`, "--omit=dev", "--all", "--parseable"];
  const output = execFileSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const folders = output.split("\n").filter((path) => path.includes("node_modules"));
  return folders.filter((path) => nameOf(path) !== `@gatehouse/${workspace}`);
}

/** @param {string} path of an installed package */
const nameOf = (path) => path.split("node_modules/").at(-1) ?? "";

/**
 * Where a package goes: dependencies that a workspace has for itself replace the shared ones.
 * @param {string} path
 */
const targetOf = (path) => path.slice(path.indexOf("node_modules/") + "node_modules/".length);
