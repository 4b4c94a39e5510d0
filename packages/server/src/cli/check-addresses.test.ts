import { createServer } from "node:http";
import { expect, test } from "vitest";
import { type Environment, readConfig } from "../config.ts";
import { describeListenError, findAddressFaults, isGatehouse, tryToListen } from "./check-addresses.ts";

const find = (environment: Environment) => findAddressFaults(readConfig(environment));

test.each<[string, Environment]>([
  [
    "a proxy with https on the same machine",
    { PUBLIC_URL: "https://gate.example.com", TRUSTED_PROXIES: "127.0.0.1" },
  ],
  [
    "a proxy with https on another machine",
    { HOST: "0.0.0.0", PUBLIC_URL: "https://gate.example.com", TRUSTED_PROXIES: "10.0.0.0/8" },
  ],
  ["a browser on the same machine", { PUBLIC_URL: "http://localhost:3000" }],
])("finds nothing wrong with %s", (_, environment) => {
  expect(find(environment)).toEqual([]);
});

test.each<[string, Environment]>([
  ["which works on this machine alone. Set PUBLIC_URL", {}],
  ["doesn't work from other machines, where sign-in is refused too. Set PUBLIC_URL", { HOST: "0.0.0.0" }],
  ["is the only address where sign-in works. Set PUBLIC_URL", { HOST: "192.0.2.1" }],
  ["although HOST is 192.0.2.1", { HOST: "192.0.2.1", PUBLIC_URL: "http://localhost:3000" }],
  ["PUBLIC_URL is plain http", { HOST: "0.0.0.0", PUBLIC_URL: "http://gate.example.com:3000" }],
  ["leads to port 8080, but the server listens on 3000", { PUBLIC_URL: "http://127.0.0.1:8080" }],
  ["leads to port 80, but", { HOST: "0.0.0.0", PUBLIC_URL: "http://gate.example.com" }],
  ["nobody reaches http://gate.example.com:3000", { PUBLIC_URL: "http://gate.example.com:3000" }],
  ["TRUSTED_PROXIES is unset", { HOST: "0.0.0.0", PUBLIC_URL: "https://gate.example.com" }],
  [
    "TRUSTED_PROXIES holds 0.0.0.0/0",
    { HOST: "0.0.0.0", PUBLIC_URL: "https://gate.example.com", TRUSTED_PROXIES: "10.0.0.1, 0.0.0.0/0" },
  ],
  [
    "TRUSTED_PROXIES holds ::/0",
    { HOST: "0.0.0.0", PUBLIC_URL: "https://gate.example.com", TRUSTED_PROXIES: "::/0" },
  ],
  [
    "TRUSTED_PROXIES doesn't name 127.0.0.1",
    { PUBLIC_URL: "https://gate.example.com", TRUSTED_PROXIES: "10.0.0.1" },
  ],
])("reports: %s", (message, environment) => {
  expect(find(environment).join(" ")).toContain(message);
});

test("tells a port that another program uses from a free one and from a Gatehouse server", async () => {
  const other = createServer((_, response) => response.setHeader("connection", "close").end("{}"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  const target = { host: "127.0.0.1", port };
  const refused = await tryToListen(target).catch((error: unknown) => error);
  expect(describeListenError(refused, target)).toMatch(/^Port \d+ on 127\.0\.0\.1 is in use\./);
  expect(await isGatehouse(target)).toBe(false);
  await new Promise((resolve) => other.close(resolve));
  await expect(tryToListen(target)).resolves.toBeUndefined();
  const nowhere = { host: "192.0.2.1", port };
  const wrong = await tryToListen(nowhere).catch((error: unknown) => error);
  expect(describeListenError(wrong, nowhere)).toMatch(/^HOST is "192\.0\.2\.1", which is not an address/);
  expect(describeListenError(new Error("x"), nowhere)).toBeNull();
}, 20_000);
