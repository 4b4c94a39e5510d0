import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeWindows, shareChromium } from "../support/chromium.ts";
import { type RunningServer, startServer } from "../support/start-server.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-packed-"));
let browser: Browser;
let gatehouse: RunningServer;
let panel: Server;
let home: string;

/** Packs both packages as they are published and serves their files next to a real Gatehouse. */
beforeAll(async () => {
  for (const name of ["access", "sdk"]) {
    const destination = join(folder, name);
    mkdirSync(destination);
    const cwd = join(import.meta.dirname, "..", "..", "packages", name);
    execFileSync("npm", ["pack", "--silent", "--pack-destination", destination], { cwd, stdio: "pipe" });
    const [packed = ""] = readdirSync(destination).filter((file) => file.endsWith(".tgz"));
    execFileSync("tar", ["-xzf", join(destination, packed), "-C", destination]);
  }
  gatehouse = await startServer();
  panel = createServer(answer);
  await new Promise<void>((listening) => panel.listen(0, "127.0.0.1", listening));
  home = `http://127.0.0.1:${(panel.address() as AddressInfo).port}`;
  browser = await shareChromium();
}, 180_000);

afterAll(async () => {
  await closeWindows(browser);
  panel.closeAllConnections();
  panel.close();
  await gatehouse.stop();
  rmSync(folder, { recursive: true });
});

/** In a page an import map resolves package names. Workers have none, so their imports are URLs, as a bundler writes them. */
const page = `<!doctype html><title>packed</title><script type="importmap">{"imports": {
  "@gatehouse/access": "/packed/access/index.js", "@gatehouse/access/catalogue": "/packed/access/catalogue/index.js" }}</script>`;

function answer(incoming: IncomingMessage, response: ServerResponse): void {
  const [, as, name = "", file = ""] =
    /^\/(packed|addressed)\/(access|sdk)\/([a-z/-]+\.js)$/.exec(incoming.url ?? "") ?? [];
  if (as === undefined) {
    if (incoming.url !== "/") passOn(incoming, response);
    else response.setHeader("content-type", "text/html").end(page);
    return;
  }
  const source = readFileSync(join(folder, name, "package", "dist", file), "utf8");
  const addressed = source
    .replaceAll('"@gatehouse/access"', '"/addressed/access/index.js"')
    .replaceAll('"@gatehouse/access/catalogue"', '"/addressed/access/catalogue/index.js"');
  response.setHeader("content-type", "text/javascript").end(as === "packed" ? source : addressed);
}

/** Forwards all other requests to Gatehouse, as a reverse proxy would. */
function passOn(incoming: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = incoming;
  const passed = request(`${gatehouse.url}${incoming.url}`, { method, headers }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(response);
  });
  passed.on("error", () => response.destroy());
  response.on("close", () => passed.destroy());
  incoming.pipe(passed);
}

/** Checks an implied permission, which is allowed, and one that was not granted. */
const useAccess = (from: string) => `
  const access = await import("${home}/${from}/access/index.js");
  const permissions = access.definePermissions({ a: { label: "A", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } } });
  const subject = { permissions: access.permissionSet.fromNames(permissions, ["a:edit"]) };
  const answer = [typeof process, access.can(subject, "a:view"), access.can(subject, "a:approve")];
`;

const inPage = (opened: Page, code: string) => opened.evaluate(`(async () => { ${code}; return answer; })()`);

const inWorker = (opened: Page, code: string) =>
  opened.evaluate(`new Promise((resolve, reject) => {
    const source = ${JSON.stringify(`try { ${code}; postMessage({ answer }); } catch (error) { postMessage({ error: String(error) }); }`)};
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })), { type: "module" });
    worker.onmessage = ({ data: { answer, error } }) => (error === undefined ? resolve(answer) : reject(new Error(error)));
    worker.onerror = ({ message }) => reject(new Error(message || "the worker doesn't start"));
  })`);

test("the published @gatehouse/access runs in a page and in a worker", async () => {
  const opened = await browser.newPage();
  await opened.goto(home);
  const expected = ["undefined", true, false];
  expect(await inPage(opened, useAccess("packed"))).toEqual(expected);
  expect(await inWorker(opened, useAccess("addressed"))).toEqual(expected);
});

/** Creates an organization with its owner and an API key that can view users and roles. */
async function setUp() {
  const token = /#(\S+)/.exec(gatehouse.setupLink())?.[1];
  const post = async (path: string, body: object, cookie = "") => {
    const answered = await fetch(`${gatehouse.url}/api/v1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: gatehouse.url, cookie },
      body: JSON.stringify(body),
    });
    expect(answered.status).toBe(201);
    return { cookie: answered.headers.getSetCookie()[0]?.split(";")[0], body: await answered.json() };
  };
  const owner = { name: "Olive Owner", email: "olive@lodos.example", password: "rain on the old roofs" };
  const { cookie } = await post("/setup", { token, organization: "Lodos", catalogue: "example", ...owner });
  const me = await fetch(`${gatehouse.url}/api/v1/me`, { headers: { cookie: cookie ?? "" } });
  const [{ id: organizationId, userId }] = ((await me.json()) as { organizations: [Organization] })
    .organizations;
  const request = { name: "Panel", permissions: ["users:view", "roles:view"] };
  const made = await post(`/organizations/${organizationId}/api-keys`, request, cookie);
  return { organizationId, userId, apiKey: (made.body as { secret: string }).secret };
}

interface Organization {
  readonly id: string;
  readonly userId: string;
}

test("the published SDK runs in a page and in a worker: replica, server checks, client and rules", async () => {
  const { userId, ...options } = await setUp();
  const use = (from: string) => `
    const { definePermissions } = await import("${home}/${from}/access/index.js");
    const { createGatehouse } = await import("${home}/${from}/sdk/index.js");
    const { createClient } = await import("${home}/${from}/sdk/client/index.js");
    const { caslRules } = await import("${home}/${from}/sdk/casl/index.js");
    const permissions = definePermissions({ drafts: { label: "Drafts", actions: { view: {} } } });
    const options = { ...${JSON.stringify(options)}, url: "${home}" };
    const gatehouse = createGatehouse({ ...options, permissions });
    const early = [gatehouse.can("${userId}", "users:view"), await gatehouse.check("${userId}", "users:view")];
    await gatehouse.ready();
    const current = [
      gatehouse.can("${userId}", "users:view"),
      gatehouse.can("nobody", "users:view"),
      gatehouse.explain("${userId}", "users:view").because[0].roleName,
      gatehouse.usersWith("users:edit"),
      gatehouse.missingOnServer(),
    ];
    const rules = caslRules(gatehouse.permissionsOf("${userId}")).length > 0;
    gatehouse.close();
    const { body } = await createClient(options).getUser({ params: { userId: "${userId}" } });
    const answer = [typeof process, early, current, rules, gatehouse.can("${userId}", "users:view"), body.name];
  `;
  const expected = [
    "undefined",
    [false, true],
    [true, false, "Owner", [userId], ["drafts:view"]],
    true,
    false,
    "Olive Owner",
  ];
  const opened = await browser.newPage();
  await opened.goto(home);
  expect(await inPage(opened, use("packed"))).toEqual(expected);
  expect(await inWorker(opened, use("addressed"))).toEqual(expected);
});
