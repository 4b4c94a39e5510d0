/** `mode: "ask"` in workerd, the runtime of Cloudflare Workers. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import { type AddressInfo, createServer as createPort } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { prepareWorkerd } from "../../../scripts/launcher/dependencies.mjs";
import { root, workerdFolder } from "../../../scripts/launcher/paths.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-workerd-"));
const apiKey = `ghk_${"0".repeat(32)}_${"k".repeat(43)}`;
let gatehouse: Server;
let worker: ChildProcess;
let address: string;
let requests: string[] = [];
let isAllowed = true;

/** The worker: its client is created when the module is evaluated, where a worker may not send anything. */
const source = (url: string) => `
import { definePermissions } from ${JSON.stringify(join(root, "packages/access/src/index.ts"))};
import { createGatehouse } from ${JSON.stringify(join(root, "packages/sdk/src/index.ts"))};
const permissions = definePermissions({ campaigns: { label: "Campaigns", actions: { view: {} } } });
const gatehouse = createGatehouse({ url: "${url}", apiKey: "${apiKey}", permissions, mode: "ask", maxStaleness: 1000 });
const list = gatehouse.next.require("campaigns:view", (request, { user }) => Response.json(user));
export default { fetch: (request) => list(request) };`;

beforeAll(async () => {
  gatehouse = createServer(async (request, response) => {
    requests.push(String(request.url));
    let text = "";
    for await (const piece of request) text += piece;
    response.setHeader("content-type", "application/json");
    if (request.headers.authorization !== `Bearer ${apiKey}`) return response.writeHead(401).end("{}");
    if (request.url === "/access/v1/evaluation") return response.end(JSON.stringify({ decision: isAllowed }));
    const isActive = JSON.parse(text).token === "good";
    return response.end(JSON.stringify(isActive ? { active: true, user: { id: "u1" } } : { active: false }));
  }).listen(0, "127.0.0.1");
  await once(gatehouse, "listening");
  const url = `http://127.0.0.1:${(gatehouse.address() as AddressInfo).port}`;
  await bundle(source(url), join(folder, "worker.js"));
  await prepareWorkerd(process.execPath);
  const { default: workerd }: { readonly default: string } = createRequire(join(workerdFolder, "/"))(
    "workerd",
  );
  const port = await findFreePort();
  address = `http://127.0.0.1:${port}`;
  writeFileSync(join(folder, "config.capnp"), createConfig(port));
  worker = spawn(workerd, ["serve", "config.capnp"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  await vi.waitFor(() => fetch(address), { timeout: 60_000 });
}, 120_000);
afterAll(async () => {
  worker.kill("SIGKILL");
  await once(worker, "exit");
  gatehouse.closeAllConnections();
  gatehouse.close();
  rmSync(folder, { recursive: true });
});

/** With the bundler of the panel's build. */
async function bundle(code: string, output: string): Promise<void> {
  const input = join(folder, "source.ts");
  writeFileSync(input, code);
  const vite = createRequire(join(root, "packages", "panel", "package.json")).resolve("vite");
  const { build } = await import(pathToFileURL(createRequire(vite).resolve("rolldown")).href);
  await build({
    input,
    platform: "neutral",
    resolve: { conditionNames: ["gatehouse-source", "import"] },
    output: { file: output, format: "esm" },
  });
}

const createConfig = (port: number) => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-01-01",
);
`;

async function findFreePort(): Promise<number> {
  const server = createPort().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const send = (token: string) => fetch(address, { headers: { cookie: `__Host-gatehouse=${token}` } });
const evaluations = () => requests.filter((url) => url === "/access/v1/evaluation").length;

test("authorizes by asking the server, and keeps the answer for maxStaleness", async () => {
  requests = [];
  const first = await send("good");
  expect([first.status, await first.json()]).toEqual([200, { id: "u1" }]);
  expect((await send("good")).status).toBe(200);
  expect(evaluations()).toBe(1);
  isAllowed = false;
  await expect.poll(async () => (await send("good")).status, { timeout: 5_000 }).toBe(403);
  expect((await send("bad")).status).toBe(401);
});

test("denies while Gatehouse is down", async () => {
  gatehouse.closeAllConnections();
  gatehouse.close();
  // 403 while the session is still known, 503 afterwards.
  expect([403, 503]).toContain((await send("good")).status);
});
