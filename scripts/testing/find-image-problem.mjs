/** Finds out whether this machine can build and start images at all. */
import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildah, provideBase } from "../installed/buildah.mjs";
import { runProgram } from "../installed/run-program.mjs";
import { FatalError } from "../launcher/fatal-error.mjs";
import { installTools } from "./find-programs.mjs";

const minFreeBytes = 5 * 1024 ** 3;
const mirror = "http://deb.debian.org/debian/dists/bookworm/Release";

/**
 * Something that a machine needs.
 * @typedef {object} Requirement
 * @property {string} problem a sentence for a machine that lacks it
 * @property {() => Promise<unknown>} attempt fails on such a machine
 */

/**
 * What the test of the image needs, in the order in which it is tried.
 * @type {readonly Requirement[]}
 */
const imageRequirements = [
  { problem: "The user is not root.", attempt: requireRoot },
  { problem: "Less than 5 GB are free in /var.", attempt: requireSpace },
  {
    problem: "buildah and debootstrap are missing, and apt can't install them.",
    attempt: () => installTools({ "/usr/bin/buildah": "buildah", "/usr/sbin/debootstrap": "debootstrap" }),
  },
  {
    problem: "This user may not create devices, mount file systems or change the root folder.",
    attempt: mountAndChangeRoot,
  },
  { problem: "Debian's mirror can't be reached.", attempt: reachMirror },
  { problem: "buildah can't run a program in an image of Debian.", attempt: runInBase },
];

/**
 * Why this machine can't build and start the image; null where it can. Installs buildah and debootstrap and makes the base, but doesn't
 * read the Dockerfile: a broken image is for the test to find.
 * @param {readonly Requirement[]} [requirements]
 * @returns {Promise<string | null>}
 */
export async function findImageProblem(requirements = imageRequirements) {
  for (const { problem, attempt } of requirements)
    try {
      await attempt();
    } catch (error) {
      return `${problem}\n${describe(error)}`;
    }
  return null;
}

/** @param {unknown} error */
function describe(error) {
  const { message, cause } = /** @type {Error} */ (error);
  const output = error instanceof FatalError ? error.output.trim() : "";
  return [message, output, cause instanceof Error ? cause.message : ""]
    .filter((text) => text !== "")
    .join("\n");
}

async function requireRoot() {
  if (process.getuid?.() !== 0) throw new FatalError("Run it as root on Debian.");
}

async function requireSpace() {
  const { bavail, bsize } = statfsSync("/var");
  if (bavail * bsize < minFreeBytes)
    throw new FatalError(`${Math.floor((bavail * bsize) / 1024 ** 2)} MB are free.`);
}

async function mountAndChangeRoot() {
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-mount-"));
  const commands = `set -e
    mknod "${folder}/null" c 1 3
    mount --bind "${folder}" "${folder}"
    mount -o remount,bind,ro "${folder}"
    mount -t tmpfs none "${folder}"
    chroot / true`;
  try {
    await runProgram("unshare", ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", commands]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function reachMirror() {
  const { status } = await fetch(mirror, { signal: AbortSignal.timeout(60_000) });
  if (status !== 200) throw new FatalError(`${mirror} returns ${status}.`);
}

async function runInBase() {
  const container = await buildah("from", "--pull-never", await provideBase());
  try {
    await buildah("run", container, "--", "true");
  } finally {
    await buildah("rm", container);
  }
}
