/**
 * The reverse proxies of tests, with the files in `deploy/proxies`. Only ports, paths and the host name are replaced. Traefik isn't in
 * Debian: its files are not run.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished } from "vitest";
import { root } from "../launcher/paths.mjs";
import { installTools } from "../testing/find-programs.mjs";
import { runProgram } from "./run-program.mjs";

/** What the proxies and their servers write. */
export const folder = mkdtempSync(join(tmpdir(), "gatehouse-proxies-"));
/** The certificate of the proxies, for localhost. */
export const certificate = join(folder, "fullchain.pem");
const key = join(folder, "key.pem");
const chainAndKey = join(folder, "chain-and-key.pem");

/** Installs the proxies, and creates the certificate. */
export async function prepareProxies() {
  await installTools({
    "/usr/sbin/nginx": "nginx-light",
    "/usr/sbin/haproxy": "haproxy",
    "/usr/bin/caddy": "caddy",
    "/usr/bin/openssl": "openssl",
  });
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", certificate];
  await runProgram("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files]);
  writeFileSync(chainAndKey, readFileSync(certificate, "utf8") + readFileSync(key, "utf8"));
}

/** Removes what they wrote. */
export function removeProxies() {
  rmSync(folder, { recursive: true, force: true });
}

/** @typedef {{ http: number, https: number, servers: readonly number[] }} Ports */

/**
 * How each proxy is started: the changed file, its part for a server, and the command.
 * @type {Record<string, { file: string, server: RegExp, command: (file: string) => [string, ...string[]], replace: (text: string, ports: Ports) => string }>}
 */
export const proxies = {
  nginx: {
    file: "nginx.conf",
    server: /^ *server 127\.0\.0\.1:3000.*\n/m,
    command: (file) => ["/usr/sbin/nginx", "-c", file, "-e", "stderr", "-g", "daemon off;"],
    replace: (text, { http, https }) =>
      `pid ${folder}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${text
        .replace("listen 80;", `listen 127.0.0.1:${http};`)
        .replace("listen 443 ssl;", `listen 127.0.0.1:${https} ssl;`)
        .replaceAll("gate.example.com$request_uri", `localhost:${https}$request_uri`)
        .replaceAll("/etc/ssl/gate.example.com", folder)
        .replaceAll("gate.example.com", "localhost")
        .replace("$host;", `$host:${https};`)}}\n`,
  },
  haproxy: {
    file: "haproxy.cfg",
    server: /^ *server one 127\.0\.0\.1:3000.*\n?/m,
    command: (file) => ["/usr/sbin/haproxy", "-db", "-f", file],
    replace: (text, { http, https }) =>
      text
        .replace("bind :80", `bind 127.0.0.1:${http}`)
        .replace("bind :443", `bind 127.0.0.1:${https}`)
        .replaceAll("/etc/ssl/gate.example.com", folder),
  },
  caddy: {
    file: "Caddyfile",
    server: / 127\.0\.0\.1:3000/,
    command: (file) => ["/usr/bin/caddy", "run", "--config", file, "--adapter", "caddyfile"],
    replace: (text, { http, https }) =>
      `{\n\tadmin off\n\thttp_port ${http}\n\thttps_port ${https}\n\tskip_install_trust\n}\n${text.replace(
        "gate.example.com {",
        `localhost {\n\tbind 127.0.0.1\n\ttls ${certificate} ${key}`,
      )}`,
  },
};

/**
 * Starts a proxy; it ends with the test.
 * @param {keyof typeof proxies} name
 * @param {Ports} ports
 */
export async function startProxy(name, ports) {
  const { file, server, command, replace } = /** @type {(typeof proxies)[string]} */ (proxies[name]);
  const text = readFileSync(join(root, "deploy", "proxies", file), "utf8");
  const changed = join(folder, file);
  const servers = (/** @type {string} */ part) =>
    ports.servers
      .map((port, index) => part.replace("server one", `server s${index}`).replace(":3000", `:${port}`))
      .join("");
  writeFileSync(changed, replace(text, ports).replace(server, servers));
  const [program, ...args] = command(changed);
  const home = join(folder, "home");
  mkdirSync(home, { recursive: true });
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env: { HOME: home } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.once("exit", resolve));
  onTestFinished(async () => {
    child.kill("SIGTERM"); // with SIGKILL the workers of nginx would stay
    await ended;
  });
  await expect
    .poll(() => request(ports.https, "/readyz").catch(() => output), { timeout: 60_000 })
    .toMatchObject({ status: 200 });
}

/**
 * Sends a request through a proxy.
 * @param {number} port
 * @param {string} path
 * @returns {Promise<{ status: number | undefined, headers: import("node:http").IncomingHttpHeaders }>}
 */
export function request(port, path) {
  const ca = readFileSync(certificate);
  return new Promise((resolve, reject) => {
    get({ host: "localhost", port, path, ca }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    }).once("error", reject);
  });
}

/**
 * Does steps of main-job.mjs in another process, which trusts the proxies' certificate.
 * @param {string} script may use what main-job.mjs exports
 * @param {string[]} args its `process.argv` from 1 on
 */
export async function doSteps(script, ...args) {
  const mainJob = pathToFileURL(join(root, "scripts", "installed", "main-job.mjs")).href;
  const code = `import { doMainJob, inviteAndSave, signInAsOwner } from ${JSON.stringify(mainJob)};\n${script}`;
  return runProgram(process.execPath, ["--input-type=module", "--eval", code, ...args], {
    env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
  });
}
