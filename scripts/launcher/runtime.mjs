/** The Node that runs everything else: the machine's own when it is new enough, otherwise a pinned one from npm. */
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { capture } from "./capture.mjs";
import { exclusively } from "./exclusive.mjs";
import { installationGap } from "./installed.mjs";
import { installLocked } from "./npm.mjs";
import { cacheFolder, root, runtimeFolder } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { Stop } from "./stop.mjs";

/** The oldest major version that runs TypeScript as it is and is supported for years. */
export const oldestMajor = 24;

const source = join(root, "tools", "runtime");

/**
 * The major number of a Node version.
 * @param {string} version e.g. "24.21.0" or "v24.21.0"
 * @returns {number} NaN when it is no version
 */
export function majorOf(version) {
  const match = /^v?(\d+)\.\d+\.\d+/.exec(version.trim());
  return match === null ? Number.NaN : Number(match[1]);
}

/**
 * The npm package that carries Node for a machine, if the lock file has one.
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
 * The path of a Node that is new enough; installs it first where needed.
 * @returns {Promise<string>}
 */
export async function prepareRuntime() {
  if (majorOf(process.versions.node) >= oldestMajor) return process.execPath;
  const lock = JSON.parse(readFileSync(join(source, "package-lock.json"), "utf8"));
  const found = runtimePackage(lock, process);
  if (found === null) {
    throw new Stop(
      `Gatehouse needs Node ${oldestMajor} or newer, this is ${process.versions.node}, and npm has no Node for ` +
        `${process.platform}-${process.arch}. Install Node ${oldestMajor} (https://nodejs.org) and run this again.`,
    );
  }
  const binary = join(runtimeFolder, found.binary);
  if (gap() !== null) {
    await exclusively(join(cacheFolder, "runtime.lock"), async () => {
      if (gap() !== null) await withProgress(`Installing Node ${oldestMajor}`, () => install(binary));
    });
  }
  return binary;
}

const gap = () =>
  installationGap(
    join(source, "package-lock.json"),
    join(runtimeFolder, "node_modules", ".package-lock.json"),
  );

/** @param {string} binary */
async function install(binary) {
  mkdirSync(runtimeFolder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(source, file), join(runtimeFolder, file));
  await installLocked(runtimeFolder, process.execPath);
  const { code, output } = await capture(binary, ["--version"]);
  if (code !== 0 || majorOf(output) < oldestMajor) {
    throw new Stop(
      `The Node that npm installed does not run on this machine. Install Node ${oldestMajor} or newer ` +
        "(https://nodejs.org) and run this again.",
      { output },
    );
  }
}
