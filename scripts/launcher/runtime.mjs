/** The Node that runs everything else: the machine's own when it is new enough, otherwise a pinned one from npm. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FatalError } from "./fatal-error.mjs";
import { withFileLock } from "./file-lock.mjs";
import { findInstallationMismatch } from "./installed.mjs";
import { installLocked } from "./npm.mjs";
import { cacheFolder, root, runtimeFolder } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { runCaptured } from "./run-captured.mjs";

/** The oldest major version that runs TypeScript files without a build and is in long-term support. */
export const oldestMajor = 24;

const source = join(root, "tools", "runtime");

/**
 * The major number of a Node version.
 * @param {string} version e.g. "24.21.0" or "v24.21.0"
 * @returns {number} NaN when `version` isn't one
 */
export function parseMajor(version) {
  const match = /^v?(\d+)\.\d+\.\d+/.exec(version.trim());
  return match === null ? Number.NaN : Number(match[1]);
}

/**
 * The npm package that contains Node for a machine, if the lock file lists one.
 * @param {{ packages: Record<string, unknown> }} lock
 * @param {{ platform: string, arch: string }} machine
 * @returns {{ name: string, binary: string } | null} `binary` is relative to the runtime folder
 */
export function runtimePackage(lock, { platform, arch }) {
  const name = `node-${platform === "win32" ? "win" : platform}-${arch}`;
  if (!Object.hasOwn(lock.packages, `node_modules/${name}`)) return null;
  return { name, binary: join("node_modules", name, "bin", platform === "win32" ? "node.exe" : "node") };
}

/**
 * The path of a Node that is new enough; installs one first where needed.
 * @returns {Promise<string>}
 */
export async function prepareRuntime() {
  if (parseMajor(process.versions.node) >= oldestMajor) return process.execPath;
  const lock = JSON.parse(readFileSync(join(source, "package-lock.json"), "utf8"));
  const found = runtimePackage(lock, process);
  if (found === null) {
    throw new FatalError(
      `Gatehouse needs Node ${oldestMajor} or newer, this is ${process.versions.node}, and npm has no Node for ` +
        `${process.platform}-${process.arch}. Install Node ${oldestMajor} (https://nodejs.org) and run this again.`,
    );
  }
  const binary = join(runtimeFolder, found.binary);
  if (findMismatch() !== null) {
    await withFileLock(join(cacheFolder, "runtime.lock"), async () => {
      if (findMismatch() !== null)
        await withProgress(`Installing Node ${oldestMajor}`, () => install(binary));
    });
  }
  return binary;
}

const findMismatch = () =>
  findInstallationMismatch(
    join(source, "package-lock.json"),
    join(runtimeFolder, "node_modules", ".package-lock.json"),
  );

/** @param {string} binary */
async function install(binary) {
  mkdirSync(runtimeFolder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(source, file), join(runtimeFolder, file));
  await installLocked(runtimeFolder, process.execPath);
  const { code, output } = await runCaptured(binary, ["--version"]);
  if (code !== 0 || parseMajor(output) < oldestMajor) {
    throw new FatalError(
      `The Node that npm installed does not run on this machine. Install Node ${oldestMajor} or newer ` +
        "(https://nodejs.org) and run this again.",
      { output },
    );
  }
}
