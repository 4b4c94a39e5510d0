/** A client sends nothing before it is used, and the clients of one process share a connection. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { definePermissions } from "@gatehouse/access";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  createGatehouse,
  type GatehouseError,
  type GatehouseOf,
  type GatehouseOptions,
} from "../src/index.ts";

const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });
const later = definePermissions({ a: { label: "A", actions: { view: {}, edit: {} } } });
const apiKey = `ghk_${"0".repeat(32)}_${"k".repeat(43)}`;
const opened: { close: () => unknown }[] = [];
let url: string;
let requests: string[];
const streams: ServerResponse[] = [];

beforeEach(async () => {
  requests = [];
  const server = createServer((request, response) => {
    requests.push(String(request.url));
    if (!request.url?.includes("/changes")) return response.end('{"decision":false}');
    response.writeHead(200, { "content-type": "text/event-stream" });
    const at = new Date().toISOString();
    response.write(
      `event: reset\ndata: {"users":0}\n\nid: 1.ab\nevent: current\ndata: {"elapsed":0,"at":"${at}"}\n\n`,
    );
    return streams.push(response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  opened.push({
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

function create(options: Partial<GatehouseOptions<"a:view">> = {}): GatehouseOf<typeof permissions> {
  const gatehouse = createGatehouse({ url, apiKey, permissions, ...options });
  opened.push(gatehouse);
  return gatehouse;
}

const streamRequests = () => requests.filter((path) => path.includes("/changes")).length;

test("creating a client and its guards sends nothing and starts no timer", () => {
  vi.useFakeTimers();
  const fetchFunction = vi.fn();
  const gatehouse = create({ fetch: fetchFunction });
  gatehouse.next.require("a:view", () => new Response());
  gatehouse.fastify.require("a:view");
  expect([fetchFunction.mock.calls.length, vi.getTimerCount()]).toEqual([0, 0]);
  vi.useRealTimers();
});

test("a build without settings creates a client; its first use reports what is missing", async () => {
  const errors: GatehouseError[] = [];
  const gatehouse = create({ url: undefined, apiKey: undefined, onError: (error) => errors.push(error) });
  expect(gatehouse.can("u", "a:view")).toBe(false);
  await expect.poll(() => errors.map(({ code }) => code)).toEqual(["gatehouse/configuration"]);
  expect(errors[0]?.message).toContain("`url` is missing");
});

test.each<[string, (gatehouse: GatehouseOf<typeof permissions>) => unknown]>([
  ["ready", (gatehouse) => gatehouse.ready()],
  ["can", (gatehouse) => gatehouse.can("u", "a:view")],
  ["check", (gatehouse) => gatehouse.check("u", "a:view")],
  ["explain", (gatehouse) => gatehouse.explain("u", "a:view")],
  ["usersWith", (gatehouse) => gatehouse.usersWith("a:view")],
  ["permissionsOf", (gatehouse) => gatehouse.permissionsOf("u")],
  ["listPermissions", (gatehouse) => gatehouse.listPermissions("u")],
  ["missingOnServer", (gatehouse) => gatehouse.missingOnServer()],
  ["status", (gatehouse) => gatehouse.status()],
  ["onChange", (gatehouse) => gatehouse.onChange(() => undefined)],
])("the first %s connects", async (_, use) => {
  void Promise.resolve(use(create())).catch(() => undefined); // closed after the test
  await expect.poll(streamRequests).toBe(1);
});

test("a module that is evaluated again shares the connection, gets its own callbacks, and may declare new names", async () => {
  const onFirstError = vi.fn();
  const first = create({ onError: onFirstError });
  await first.ready();
  const onError = vi.fn();
  const second = createGatehouse({ url, apiKey, permissions: later, onError });
  await second.ready();
  expect([second.can("u", "a:edit"), first.can("u", "a:view"), streamRequests()]).toEqual([false, false, 1]);
  expect(() => second.can("u", "a:remove" as "a:edit")).toThrow("a:remove");
  streams.at(-1)?.destroy();
  await expect.poll(() => onError.mock.calls.length).toBeGreaterThan(0);
  expect(onFirstError.mock.calls).toEqual(onError.mock.calls);
});

test("another copy of the SDK in the process shares the connection", async () => {
  await create().ready();
  vi.resetModules();
  const copy = await import("../src/index.ts");
  expect(copy.createGatehouse).not.toBe(createGatehouse);
  const gatehouse = copy.createGatehouse({ url, apiKey, permissions });
  await gatehouse.ready();
  expect([gatehouse.status().isFresh, streamRequests()]).toEqual([true, 1]);
});

test("another key, and a client with its own fetch, have their own connection", async () => {
  await create().ready();
  await create({ apiKey: `ghk_${"0".repeat(32)}_${"x".repeat(43)}` }).ready();
  await create({ fetch: (...args) => fetch(...args) }).ready();
  expect(streamRequests()).toBe(3);
});

test("close ends the connection for all clients, and the next client opens another one", async () => {
  const [first, second] = [create(), create()];
  await first.ready();
  first.close();
  expect([first.status().isFresh, second.status().isFresh]).toEqual([false, false]);
  await expect(second.ready()).rejects.toMatchObject({ code: "gatehouse/closed" });
  await create().ready();
  expect(streamRequests()).toBe(2);
});
