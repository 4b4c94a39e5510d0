/** buildah, and the Debian from which it builds the image. */
import { runCaptured } from "../launcher/run-captured.mjs";
import { installTools } from "../testing/find-programs.mjs";
import { provideDebian } from "./built-server.mjs";
import { runProgram } from "./run-program.mjs";

const base = "docker.io/library/debian:bookworm-slim";
const env = {
  ...process.env,
  STORAGE_DRIVER: "vfs",
  BUILDAH_ISOLATION: "chroot",
  TMPDIR: "/var/tmp", // layers are too large for a folder in memory
};

/**
 * Runs buildah; returns its standard output.
 * @param {readonly string[]} args
 */
export function buildah(...args) {
  return runProgram("buildah", args, { env });
}

/**
 * Gives the image of a clean Debian the name of the published base, unless there is one: no registry is asked. buildah keeps it
 * for the next run, and `.cache/debian` has its files.
 * @returns {Promise<string>} its name
 */
export async function provideBase() {
  await installTools({ "/usr/bin/buildah": "buildah" });
  const found = await runCaptured("buildah", ["inspect", "--type", "image", base], { env });
  if (found.code === 0) return base;
  const scratch = await buildah("from", "scratch");
  await buildah("add", "--quiet", scratch, await provideDebian(), "/");
  await buildah("commit", "--quiet", "--squash", scratch, base);
  await buildah("rm", scratch);
  return base;
}
