/** Installs a Debian package when this is a Debian and we are root; otherwise does nothing. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { capture } from "../launcher/capture.mjs";
import { withProgress } from "../launcher/progress.mjs";

/**
 * Installs the first of `packages` that can be had.
 * @param {readonly string[]} packages in order of preference
 * @param {Readonly<Record<string, string>>} [settings] files that hold meanwhile, by path
 */
export async function installWithApt(packages, settings = {}) {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  for (const [path, content] of Object.entries(settings)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode: 0o755 });
  }
  await withProgress(`Installing ${packages[0]} with apt`, async () => {
    await aptGet("update");
    for (const name of packages) if (await aptGet("install", "-y", "--no-install-recommends", name)) return;
  });
  for (const path of Object.keys(settings)) rmSync(path);
}

/** @param {readonly string[]} args */
async function aptGet(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { code } = await capture("apt-get", ["-q", ...args], { env });
  return code === 0;
}
