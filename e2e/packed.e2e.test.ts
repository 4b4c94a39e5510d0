import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "./support/chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-packed-"));
let browser: Browser;
let server: Server;

/** Packs the package as it would be published, and serves its files without a bundler. */
beforeAll(async () => {
  const cwd = join(import.meta.dirname, "..", "packages", "access");
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd, stdio: "pipe" });
  const [packed = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  execFileSync("tar", ["-xzf", join(folder, packed), "-C", folder]);
  server = createServer((request, response) => {
    const path = normalize(request.url ?? "/");
    const isModule = /^\/[a-z-]+\.js$/.test(path);
    response.setHeader("content-type", isModule ? "text/javascript" : "text/html");
    response.end(
      isModule ? readFileSync(join(folder, "package", "dist", path)) : "<!doctype html><title>packed</title>",
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  server.close();
  rmSync(folder, { recursive: true });
});

/** Answers what may be done: what comes along with a permission may, what wasn't given mayn't. */
const use = `
  const permissions = access.definePermissions({ a: { label: "A", actions: { view: {}, edit: { implies: ["view"] }, approve: {} } } });
  const subject = { permissions: access.permissionSet.fromNames(permissions, ["a:edit"]) };
  const answer = [typeof process, access.can(subject, "a:view"), access.can(subject, "a:approve")];
`;
const expected = ["undefined", true, false];

test("@gatehouse/access runs in a page and in a worker, as it is published", async () => {
  const page = await browser.newPage();
  const { port } = server.address() as AddressInfo;
  await page.goto(`http://127.0.0.1:${port}/`);
  const inPage = await page.evaluate(
    `(async () => { const access = await import("/index.js"); ${use} return answer; })()`,
  );
  expect(inPage).toEqual(expected);
  const source = `import * as access from "http://127.0.0.1:${port}/index.js"; ${use} postMessage(answer);`;
  const inWorker = await page.evaluate(`new Promise((resolve, reject) => {
    const source = new Blob([${JSON.stringify(source)}], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(source), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message || "the worker doesn't start"));
  })`);
  expect(inWorker).toEqual(expected);
});
