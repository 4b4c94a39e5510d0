/** What the tests of installations share: one build for a state of the sources, a clean Debian, free ports. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fingerprint } from "../launcher/fingerprint.mjs";
import { buildFolder, cacheFolder, root } from "../launcher/paths.mjs";
import { installTools } from "../testing/find-programs.mjs";
import { runProgram } from "./run-program.mjs";

const sources = [
  "packages",
  "docs",
  "scripts/launcher",
  "scripts/packing",
  "package-lock.json",
  "tsconfig.base.json",
];
/** Neither what the build makes nor what it doesn't read. */
const skipped = /\/(?:node_modules|dist|test|\.cache)$|\.test\.m?[jt]sx?$|\/build-deb\.mjs$/;

/** The built `@gatehouse/sdk`, for `doMainJob`. */
export const buildSdkFolder = join(buildFolder, "server", "node_modules", "@gatehouse", "sdk");

const stamp = join(buildFolder, "sources.sha256");
const fingerprintSources = () => fingerprint(root, sources, { skip: (path) => skipped.test(path) });

/** Runs `npm run build` unless `build/` is up to date. */
export async function buildOnce() {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprintSources()) return;
  await buildWith("npm run build");
}

/**
 * Runs a command that builds.
 * @param {string} command
 */
export async function buildWith(command) {
  const key = fingerprintSources();
  await runProgram("bash", ["-c", command], { cwd: root });
  writeFileSync(stamp, key);
}

/**
 * The files of a minimal Debian; made by debootstrap once and kept.
 * @returns {Promise<string>} its folder; don't change it
 */
export async function provideDebian() {
  await installTools({ "/usr/sbin/debootstrap": "debootstrap" });
  const kept = join(cacheFolder, "debian");
  if (existsSync(kept)) return kept;
  const unfinished = `${kept}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(cacheFolder, { recursive: true });
  await runProgram("debootstrap", ["--variant=minbase", "bookworm", unfinished]);
  renameSync(unfinished, kept);
  return kept;
}
