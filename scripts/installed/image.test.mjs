/**
 * The image, built by buildah from the Dockerfile and started as a container engine does in production: read-only, as uid 10001,
 * with PostgreSQL. Needs Debian and root.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { freePort } from "../testing/free-port.mjs";
import { commandsFor } from "../testing/guide-commands.mjs";
import { buildah, provideBase } from "./buildah.mjs";
import { doMainJob } from "./main-job.mjs";
import { runProgram, startServer } from "./run-program.mjs";

const image = "localhost/gatehouse";
/** Of the guide. There is no Docker here: buildah builds what they name, and the test starts it in the same way. */
const [buildCommand = "", runCommand = ""] = commandsFor("install", "scripts/installed/image.test.mjs");
/** Compressed size of the published base in bytes: the one that is built here has documentation and translations, too. */
const publishedBaseSize = 28_200_000;
const folder = mkdtempSync(join(tmpdir(), "gatehouse-image-"));
let container = "";
let mounted = "";

/**
 * The options of a command for Docker, without its last word, the folder or the image.
 * @param {string} command
 */
function toWords(command) {
  return command.split(" ").slice(2, -1);
}

/**
 * The settings of this machine's npm for the npm in the build: it may need another registry, a proxy or the proxy's certificate.
 * @returns {Promise<string[]>} options of buildah
 */
async function passNpmSettings() {
  const lines = [];
  for (const name of ["registry", "proxy", "https-proxy", "noproxy"]) {
    const value = await runProgram("npm", ["config", "get", name]);
    if (!["", "null", "undefined"].includes(value)) lines.push(`${name}=${value}`);
  }
  const configured = await runProgram("npm", ["config", "get", "cafile"]);
  const certificates = process.env["NODE_EXTRA_CA_CERTS"] ?? configured;
  const hasCertificates = existsSync(certificates);
  if (hasCertificates) lines.push("cafile=/run/trusted.crt");
  const settings = join(folder, "npmrc");
  writeFileSync(settings, `${lines.join("\n")}\n`);
  return [
    ...(hasCertificates ? ["--volume", `${certificates}:/run/trusted.crt:ro`] : []),
    ...["--volume", `${settings}:/root/.npmrc:ro`],
  ];
}

beforeAll(async () => {
  await provideBase();
  const options = ["--pull-never", "--format", "docker", ...(await passNpmSettings())];
  await buildah("bud", ...options, ...toWords(buildCommand), root);
  container = await buildah("from", image);
  mounted = await buildah("mount", container);
});
afterAll(async () => {
  if (container !== "") await buildah("rm", container);
  rmSync(folder, { recursive: true, force: true });
});

test("the image has an unprivileged user, a health check, an init process and labels", async () => {
  const { Docker } = JSON.parse(await buildah("inspect", "--type", "image", image));
  expect(Docker.config).toMatchObject({
    User: "10001:10001",
    Entrypoint: ["tini", "--", "gatehouse"],
    Cmd: ["serve"],
    Healthcheck: { Test: ["CMD", "gatehouse", "health"] },
    Labels: { "org.opencontainers.image.licenses": "Apache-2.0" },
  });
});

test("the layers above the base have at most 90 MB with it, compressed", async () => {
  const layers = join(folder, "layers.tar.gz");
  const added = "opt/gatehouse usr/local/bin usr/bin/tini etc/ssl usr/share/ca-certificates usr/bin/openssl";
  await runProgram("sh", ["-c", `tar -C "${mounted}" -c ${added} | gzip -6 > "${layers}"`]);
  const size = Number(await runProgram("stat", ["--format=%s", layers]));
  expect(size).toBeGreaterThan(40_000_000); // Node alone
  expect(size + publishedBaseSize).toBeLessThanOrEqual(90_000_000);
});

test("the main job works on a read-only root as uid 10001 against PostgreSQL", async () => {
  const url = new URL(process.env["GATEHOUSE_TEST_POSTGRES_URL"] ?? "");
  const sockets = url.searchParams.get("host") ?? "";
  const { mode } = statSync(sockets);
  chmodSync(sockets, 0o711); // the user of the container connects, too
  onTestFinished(() => chmodSync(sockets, mode));
  const database = `gatehouse_image_${process.pid}`;
  await runProgram("psql", [url.href, "--command", `CREATE DATABASE ${database}`]);
  url.pathname = `/${database}`;
  url.searchParams.set("host", "/run/postgresql");
  const environmentOf = {
    DATABASE_URL: url.href,
    SECRET_KEY: "a key of the test that is long enough to be one",
  };
  const mounts = `
    mkdir "${mounted}/run/postgresql"
    mount --bind "${sockets}" "${mounted}/run/postgresql"`;
  await useImage(mounts, environmentOf);
});

test("the main job works with the command of the guide: a read-only root, and a volume for the embedded database", async () => {
  expect(toWords(runCommand)).toEqual([
    ...["--read-only", "--volume", "gatehouse:/var/lib/gatehouse"],
    ...["--publish", "127.0.0.1:3000:3000"],
  ]);
  const volume = join(folder, "volume");
  mkdirSync(volume);
  await runProgram("chown", ["10001:10001", volume]);
  await useImage(`mount --bind "${volume}" "${mounted}/var/lib/gatehouse"`, {});
});

/**
 * Starts the image on a read-only root as its user, and does the main job.
 * @param {string} mounts commands that mount what it may write to
 * @param {Record<string, string>} settings
 */
async function useImage(mounts, settings) {
  const port = String(await freePort());
  const { Docker } = JSON.parse(await buildah("inspect", "--type", "image", image));
  /** @type {string[]} */
  const [...imageEnvironment] = Docker.config.Env;
  const command = `
    set -e
    mount --bind "${mounted}" "${mounted}"
    mount --bind /proc "${mounted}/proc"
    mount --bind /dev "${mounted}/dev"
    mount -t tmpfs none "${mounted}/run"
    ${mounts}
    mount -o remount,bind,ro "${mounted}"
    exec chroot "${mounted}" setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs --bounding-set=-all \\
      ${Docker.config.Entrypoint.join(" ")} ${Docker.config.Cmd.join(" ")}`;
  const args = ["--mount", "--pid", "--fork", "--kill-child", "bash", "-c", command];
  const env = { ...Object.fromEntries(imageEnvironment.map((one) => one.split(/=(.*)/s))), ...settings };
  const server = await startServer("unshare", args, { env: { ...env, PORT: port } });
  try {
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    const sdk = join(mounted, "opt/gatehouse/node_modules/@gatehouse/sdk");
    await doMainJob(server.setupLink, sdk);
  } finally {
    expect(await server.stop()).toBe(0);
  }
}
