/**
 * Rolling restarts behind nginx and HAProxy: 10,000 requests, of which none fails, while two servers are restarted in turn. The load
 * comes over connections that stay open, as from panels and programs.
 */

import { readFileSync } from "node:fs";
import { Agent, request as sendRequest } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { buildFolder } from "../launcher/paths.mjs";
import { findPostgres } from "../testing/find-programs.mjs";
import { freePort } from "../testing/free-port.mjs";
import { buildOnce } from "./built-server.mjs";
import { runProgram, startServer } from "./run-program.mjs";
import { certificate, prepareProxies, removeProxies, startProxy } from "./start-proxy.mjs";

const gatehouse = join(buildFolder, "server", "dist", "main.js");
const total = 10_000;

beforeAll(async () => {
  await prepareProxies();
  await buildOnce();
});
afterAll(removeProxies);

/** The environment of both servers, on a new database with an organization, and an API key. @param {number} https */
async function setUp(https) {
  const { PATH = "" } = process.env;
  const url = new URL(process.env["GATEHOUSE_TEST_POSTGRES_URL"] ?? "");
  const database = `restarts_${https}`;
  await runProgram(join(await findPostgres(), "psql"), [
    url.href,
    "--command",
    `CREATE DATABASE ${database}`,
  ]);
  url.pathname = `/${database}`;
  const env = {
    PATH,
    DATABASE_URL: url.href,
    SECRET_KEY: "a key of the test that is long enough to be one",
    PUBLIC_URL: `https://localhost:${https}`,
    TRUSTED_PROXIES: "127.0.0.1",
    LOG_LEVEL: "warn",
  };
  const owner = "--owner-email olive@example.test --owner-name Olive --owner-password-stdin";
  const command = `echo "a long enough sentence of words" | "${process.execPath}" "${gatehouse}" setup --organization Acme ${owner}`;
  const { organizationId, userId, apiKey } = JSON.parse(await runProgram("bash", ["-c", command], { env }));
  return { env, organizationId, userId, apiKey };
}

test.each(["nginx", "haproxy"])("no request of 10,000 fails in rolling restarts behind %s", async (name) => {
  const [one, two, http, https] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const { env, organizationId, userId, apiKey } = await setUp(https);
  const start = (/** @type {number} */ port) =>
    startServer(process.execPath, [gatehouse, "serve"], {
      env: { ...env, PORT: String(port) },
      hasOrganization: true,
    });
  const ports = [one, two];
  const servers = await Promise.all(ports.map(start));
  onTestFinished(async () => void (await Promise.all(servers.map((server) => server.stop()))));
  await startProxy(name, { http, https, servers: ports });

  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: readFileSync(certificate) });
  onTestFinished(() => agent.destroy());
  const check = JSON.stringify({
    subject: { type: "user", id: userId },
    action: { name: "users:view" },
    resource: { type: "organization", id: organizationId },
  });
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  /** @type {string[]} */
  const failures = [];
  let [sent, responses] = [0, 0];
  /** Three lists of users, and then an access check, which is a POST. */
  const sendOne = () =>
    new Promise((resolve) => {
      const isCheck = sent++ % 4 === 3;
      const path = isCheck ? "/access/v1/evaluation" : `/api/v1/organizations/${organizationId}/users`;
      const options = {
        host: "localhost",
        port: https,
        path,
        agent,
        headers,
        method: isCheck ? "POST" : "GET",
      };
      const fail = (/** @type {string} */ why) =>
        failures.push(`${options.method} after ${responses}: ${why}`);
      sendRequest(options, (response) => {
        response.resume().once("close", resolve);
        responses += 1;
        if (response.statusCode !== 200) fail(String(response.statusCode));
      })
        .once("error", ({ message }) => {
          fail(message);
          resolve(null);
        })
        .end(isCheck ? check : undefined);
    });
  let restarts = 0;
  let isDone = false;
  const restart = async () => {
    // A process that never got a request through a proxy stops at once: both have had some before the first restart.
    await expect.poll(() => responses, { timeout: 120_000 }).toBeGreaterThan(600);
    for (let index = 0; !isDone || restarts < 2; index = 1 - index) {
      expect(await servers[index]?.stop()).toBe(0);
      servers[index] = await start(ports[index] ?? 0);
      restarts += 1;
      // Until the proxy has seen that it is back: HAProxy probes each second.
      const before = responses;
      await expect.poll(() => isDone || responses > before + 600, { timeout: 120_000 }).toBe(true);
    }
  };
  const restarting = restart();
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      while (sent < total || restarts < 4) await sendOne();
    }),
  );
  isDone = true;
  await restarting;
  expect(failures).toEqual([]);
  expect(responses).toBeGreaterThanOrEqual(total);
  expect(restarts).toBeGreaterThanOrEqual(4);
});
