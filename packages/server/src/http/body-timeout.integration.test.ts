/** Bodies that come late, or never, each on a separate connection. */
import { connect, type Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { readDatabaseState } from "../../test/database-state.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { createApp } from "../app.ts";

let t: TestApp;
let acme: TestOrganization;
let key: string;
/** Servers on the same database: one that waits a moment for a body, one that waits as long as usual. */
let hasty: FastifyInstance;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  ({ key } = await t.apiKey(acme));
  hasty = await createApp(t.deps, { bodyTimeout: 150 });
  await Promise.all([hasty, t.app].map((app) => app.listen({ port: 0, host: "127.0.0.1" })));
});
afterAll(async () => {
  await hasty.close();
  await t.close();
});

/** A connection that keeps what comes back. */
function open(app: FastifyInstance) {
  const { port } = app.server.address() as { port: number };
  const socket: Socket = connect(port, "127.0.0.1");
  let received = "";
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  socket.on("error", () => undefined); // the server may close while we still write
  const closed = new Promise<string>((resolve) => socket.once("close", () => resolve(received)));
  return { socket, closed, received: () => received };
}

const body = JSON.stringify({ name: "Late", permissions: [] });
const head = (more = "") =>
  [
    `POST /api/v1/organizations/${acme.organizationId}/roles HTTP/1.1`,
    "host: gatehouse.test",
    `authorization: Bearer ${key}`,
    "content-type: application/json",
    more || `content-length: ${body.length}`,
    "\r\n",
  ].join("\r\n");

test.each([
  ["never comes", (socket: Socket) => socket.write(head())],
  ["stops in the middle", (socket: Socket) => socket.write(head() + body.slice(0, 9))],
  [
    "stops between chunks",
    (socket: Socket) => socket.write(`${head("transfer-encoding: chunked")}2\r\n{"\r\n`),
  ],
])("a body that %s gets 408, and its connection is closed", async (_, write) => {
  const before = await readDatabaseState(t);
  const { socket, closed } = open(hasty);
  write(socket);
  const response = await closed;
  expect(response).toMatch(/^HTTP\/1\.1 408 /);
  expect(response.toLowerCase()).toContain("connection: close");
  expect(response).toContain('"code":"request/timeout"');
  expect(response.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a body sent byte by byte times out as a whole, and bytes after the response have no effect", async () => {
  const before = await readDatabaseState(t);
  const { socket, closed } = open(hasty);
  socket.write(head());
  let sent = 0;
  const drip = setInterval(() => {
    if (sent < body.length - 1) socket.write(body[sent] ?? "");
    sent += 1;
  }, 20);
  const response = await closed.finally(() => clearInterval(drip));
  expect(response).toContain('"code":"request/timeout"');
  expect(await readDatabaseState(t)).toEqual(before);
});

test("a body that was rejected early has no timeout left", async () => {
  const refused = open(hasty);
  const size = 2 * 1024 * 1024;
  refused.socket.write(head("transfer-encoding: chunked"));
  refused.socket.write(`${size.toString(16)}\r\n${" ".repeat(size)}\r\n`);
  expect(await refused.closed).toMatch(/^HTTP\/1\.1 413 /);
  // When the server has timed out a later body, the first one's time is over, too.
  const later = open(hasty);
  later.socket.write(head());
  expect(await later.closed).toContain('"code":"request/timeout"');
  expect((await hasty.inject("/livez")).statusCode).toBe(200);
});

test("a body that arrives in chunks and in time is accepted", async () => {
  const { socket, received } = open(t.app);
  socket.write(head());
  socket.write(body.slice(0, 9));
  await new Promise((resolve) => setImmediate(resolve));
  socket.write(body.slice(9));
  await expect.poll(received).toMatch(/^HTTP\/1\.1 201 /);
  socket.destroy();
});

test("a long response isn't limited by the body timeout", async () => {
  const { socket, received } = open(hasty);
  const path = `/api/v1/organizations/${acme.organizationId}/changes?beat=200`;
  socket.write(`GET ${path} HTTP/1.1\r\nhost: gatehouse.test\r\nauthorization: Bearer ${key}\r\n\r\n`);
  await expect.poll(() => received().split("event: current").length, { timeout: 15_000 }).toBeGreaterThan(4);
  socket.destroy();
});

test("headers time out after ten seconds, a whole request after thirty", () => {
  expect(t.app.server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
});
