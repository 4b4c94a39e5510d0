/** Copies the installed production dependencies of a workspace: the versions of the lock file, without a registry. */
import { execFileSync } from "node:child_process";
import { cpSync } from "node:fs";
import { join, relative } from "node:path";
import { buildFolder, root } from "../launcher/paths.mjs";

/** Files that nothing loads at run time. */
const unneeded = /\.(?:map|d\.[cm]?ts|tsbuildinfo)$|\/(?:README|CHANGELOG|HISTORY)\.md$/i;

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
      filter: (file) => !unneeded.test(file) && !relative(source, file).split("/").includes("node_modules"),
    });
  }
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
