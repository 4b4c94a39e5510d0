/** The Debian package, installed into and removed from a clean root that debootstrap makes. Needs Debian and root. */
import { cpSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { freePort } from "../testing/free-port.mjs";
import { commandsFor } from "../testing/guide-commands.mjs";
import { buildWith, provideDebian } from "./built-server.mjs";
import { doMainJob } from "./main-job.mjs";
import { runProgram, startServer } from "./run-program.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-deb-"));
const debian = join(folder, "root");
const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", DEBIAN_FRONTEND: "noninteractive" };

const inDebian = (/** @type {string[]} */ ...args) => runProgram("chroot", [debian, ...args], { env });

beforeAll(async () => {
  const [build = "", install = "", ...others] = commandsFor("install", "scripts/installed/deb.test.mjs");
  expect(others).toEqual([]);
  await buildWith(build);
  const [, file = ""] = /^apt-get install \.\/(\S+)$/.exec(install) ?? [];
  cpSync(await provideDebian(), debian, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
  });
  cpSync(join(root, file), join(debian, file), { recursive: true });
  writeFileSync(join(debian, "etc/apt/apt.conf.d/90test"), 'APT::Get::Assume-Yes "true";\n'); // nobody answers
  await inDebian("apt-get", "update", "-q");
  await inDebian("bash", "-c", install);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("creates a user without a shell and a folder that only this user reads", async () => {
  expect(await inDebian("getent", "passwd", "gatehouse")).toMatch(
    /:\/var\/lib\/gatehouse:\/usr\/sbin\/nologin$/,
  );
  expect((statSync(join(debian, "var/lib/gatehouse")).mode & 0o777).toString(8)).toBe("700");
  expect((statSync(join(debian, "etc/gatehouse/gatehouse.env")).mode & 0o777).toString(8)).toBe("640");
});

test("systemd accepts the unit", async () => {
  await inDebian("apt-get", "install", "-y", "-q", "--no-install-recommends", "systemd");
  await inDebian("systemd-analyze", "verify", "/lib/systemd/system/gatehouse.service");
});

test("the main job works with the package's own Node, and the data stay after it is removed but not after a purge", async () => {
  const port = String(await freePort());
  const server = await startServer("chroot", [debian, "gatehouse", "serve"], { env: { ...env, PORT: port } });
  try {
    await doMainJob(server.setupLink);
  } finally {
    expect(await server.stop()).toBe(0);
  }
  await inDebian("apt-get", "remove", "-y", "-q", "gatehouse");
  expect(existsSync(join(debian, "usr/lib/gatehouse"))).toBe(false);
  expect(existsSync(join(debian, "var/lib/gatehouse/secret-key"))).toBe(true);
  await inDebian("apt-get", "purge", "-y", "-q", "gatehouse");
  expect(existsSync(join(debian, "var/lib/gatehouse"))).toBe(false);
  await expect(inDebian("getent", "passwd", "gatehouse")).rejects.toThrow("exited with 2");
});
