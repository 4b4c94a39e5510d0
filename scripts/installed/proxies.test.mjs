/** The main job through each reverse proxy, with the files in `deploy/proxies`. */
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { buildFolder } from "../launcher/paths.mjs";
import { freePort } from "../testing/free-port.mjs";
import { buildOnce } from "./built-server.mjs";
import { startServer } from "./run-program.mjs";
import {
  doSteps,
  folder,
  prepareProxies,
  proxies,
  removeProxies,
  request,
  startProxy,
} from "./start-proxy.mjs";

const gatehouse = join(buildFolder, "server", "dist", "main.js");

beforeAll(async () => {
  await prepareProxies();
  await buildOnce();
});
afterAll(removeProxies);

test.each(Object.keys(proxies))(
  "the main job works behind %s, over TLS, with its own address",
  async (name) => {
    const port = await freePort();
    const ports = { http: await freePort(), https: await freePort(), servers: [port] };
    const server = await startServer(process.execPath, [gatehouse, "serve"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        DATA_DIR: join(folder, `data-${name}`),
        PORT: String(port),
        PUBLIC_URL: `https://localhost:${ports.https}`,
        TRUSTED_PROXIES: "127.0.0.1",
        LOG_LEVEL: "warn",
      },
    });
    onTestFinished(async () => expect(await server.stop()).toBe(0));
    await startProxy(name, ports);

    await doSteps("await doMainJob(process.argv[1]);", server.setupLink);
    expect((await request(ports.https, "/")).headers["strict-transport-security"]).toBeDefined();

    const plain = await fetch(`http://localhost:${ports.http}/users?query=a`, { redirect: "manual" });
    expect(plain.status).toBe(308);
    expect(plain.headers.get("location")).toMatch(/^https:\/\/localhost(?::\d+)?\/users\?query=a$/);
  },
);
