/**
 * The main job through each reverse proxy, with the files in `deploy/proxies`. Only ports, paths and the host name are replaced. Traefik
 * isn't in Debian: its files are not run.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { buildFolder, root } from "../launcher/paths.mjs";
import { installTools } from "../testing/find-programs.mjs";
import { freePort } from "../testing/free-port.mjs";
import { buildOnce } from "./built-server.mjs";
import { runProgram, startServer } from "./run-program.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-proxies-"));
const certificate = join(folder, "fullchain.pem");
const key = join(folder, "key.pem");
const chainAndKey = join(folder, "chain-and-key.pem");
const gatehouse = join(buildFolder, "server", "dist", "main.js");

beforeAll(async () => {
  await installTools({
    "/usr/sbin/nginx": "nginx-light",
    "/usr/sbin/haproxy": "haproxy",
    "/usr/bin/caddy": "caddy",
    "/usr/bin/openssl": "openssl",
  });
  await buildOnce();
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", certificate];
  await runProgram("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", ...subject, ...files]);
  writeFileSync(chainAndKey, readFileSync(certificate, "utf8") + readFileSync(key, "utf8"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** @typedef {{ http: number, https: number, server: number }} Ports */

/**
 * How each proxy is started: the changed file, and the command.
 * @type {Record<string, { file: string, command: (file: string) => [string, ...string[]], replace: (text: string, ports: Ports) => string }>}
 */
const proxies = {
  nginx: {
    file: "nginx.conf",
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
    command: (file) => ["/usr/sbin/haproxy", "-db", "-f", file],
    replace: (text, { http, https }) =>
      text
        .replace("bind :80", `bind 127.0.0.1:${http}`)
        .replace("bind :443", `bind 127.0.0.1:${https}`)
        .replaceAll("/etc/ssl/gate.example.com", folder),
  },
  caddy: {
    file: "Caddyfile",
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
async function startProxy(name, ports) {
  const { file, command, replace } = /** @type {(typeof proxies)[string]} */ (proxies[name]);
  const text = readFileSync(join(root, "deploy", "proxies", file), "utf8");
  const changed = join(folder, file);
  writeFileSync(changed, replace(text, ports).replaceAll("127.0.0.1:3000", `127.0.0.1:${ports.server}`));
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
 * @param {number} port
 * @param {string} path
 * @returns {Promise<{ status: number | undefined, headers: import("node:http").IncomingHttpHeaders }>}
 */
function request(port, path) {
  const ca = readFileSync(certificate);
  return new Promise((resolve, reject) => {
    get({ host: "localhost", port, path, ca }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, headers: response.headers });
    }).once("error", reject);
  });
}

test.each(Object.keys(proxies))(
  "the main job works behind %s, over TLS, with its own address",
  async (name) => {
    const ports = { http: await freePort(), https: await freePort(), server: await freePort() };
    const server = await startServer(process.execPath, [gatehouse, "serve"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        DATA_DIR: join(folder, `data-${name}`),
        PORT: String(ports.server),
        PUBLIC_URL: `https://localhost:${ports.https}`,
        TRUSTED_PROXIES: "127.0.0.1",
        LOG_LEVEL: "warn",
      },
    });
    onTestFinished(async () => expect(await server.stop()).toBe(0));
    await startProxy(name, ports);

    const mainJob = pathToFileURL(join(root, "scripts", "installed", "main-job.mjs")).href;
    const script = `import { doMainJob } from ${JSON.stringify(mainJob)}; await doMainJob(process.argv[1]);`;
    await runProgram(process.execPath, ["--input-type=module", "--eval", script, server.setupLink], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
    });
    expect((await request(ports.https, "/")).headers["strict-transport-security"]).toBeDefined();

    const plain = await fetch(`http://localhost:${ports.http}/users?query=a`, { redirect: "manual" });
    expect(plain.status).toBe(308);
    expect(plain.headers.get("location")).toMatch(/^https:\/\/localhost(?::\d+)?\/users\?query=a$/);
  },
);
