import { connect, type Socket } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, expect, test } from "vitest";
import { closeAfterLingering, type LingeringLimits } from "./lingering-close.ts";

const size = 4 * 1024 * 1024;

let app: FastifyInstance;
let executed: string[];

async function listen(limits?: LingeringLimits): Promise<number> {
  executed = [];
  app = Fastify({ bodyLimit: 1024 });
  closeAfterLingering(app, limits);
  app.addHook("onRequest", async ({ url }) => void executed.push(url));
  // Responds before the body has been read.
  app.addHook("onRequest", async (request, reply) => {
    if (request.url === "/early") return reply.code(403).header("connection", "close").send("Not you");
  });
  app.post("/early", async () => "");
  app.post("/body", async () => "read");
  await app.listen({ port: 0, host: "127.0.0.1" });
  return (app.server.address() as { port: number }).port;
}
afterEach(() => app.close());

const head = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

/** A client that reads only after everything was sent. */
async function sendThenRead(port: number, parts: readonly string[]): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.pause();
  const errors: string[] = [];
  socket.on("error", ({ message }) => errors.push(message));
  for (const part of parts) {
    socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return `${await readAll(socket)}${errors.join()}`;
}

function readAll(socket: Socket): Promise<string> {
  let received = "";
  socket.on("data", (chunk) => {
    received += String(chunk);
  });
  socket.resume();
  return new Promise((resolve) => socket.once("close", () => resolve(received)));
}

test.each([
  ["rejected before it was read", "/early", "403"],
  ["larger than the limit", "/body", "413"],
])("a client that sends a body that is %s receives the response", async (_, path, status) => {
  const port = await listen();
  const body = "x".repeat(size / 2);
  const response = await sendThenRead(port, [head(path, size), body, body]);
  expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(response).not.toContain("ECONNRESET");
});

test("nothing that follows the rejected request is executed", async () => {
  const port = await listen();
  const response = await sendThenRead(port, [head("/early", 4), `body${head("/body", 2)}{}`]);
  expect(response.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(executed).toEqual(["/early"]);
});

test("a client that sends more than the limit, or never closes, is disconnected", async () => {
  const port = await listen({ timeout: 300, maxBytes: 1024 });
  const endless = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  endless.on("error", () => undefined);
  endless.write(head("/early", size));
  const timer = setInterval(() => endless.write("x".repeat(2_000)), 10);
  expect(await readAll(endless).finally(() => clearInterval(timer))).toContain("403");
  const silent = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  silent.on("error", () => undefined);
  silent.write(head("/early", size));
  silent.once("end", () => setTimeout(() => silent.end(), 1_000));
  const startedAt = performance.now();
  await readAll(silent);
  const openConnections = await new Promise((resolve) =>
    app.server.getConnections((_, count) => resolve(count)),
  );
  expect(openConnections).toBe(0);
  expect(performance.now() - startedAt).toBeGreaterThan(250);
});
