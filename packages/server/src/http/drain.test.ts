import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { registerDrain } from "./drain.ts";
import { registerHealth } from "./health.ts";

let app: FastifyInstance;
let isOver: boolean;

beforeEach(async () => {
  app = Fastify();
  registerDrain(app);
  const db = {
    ping: async () => ({ isReadOnly: false }),
    isAlive: () => true,
    shared: async () => ({ rows: [] }),
  };
  registerHealth(app, { db: db as never });
  await app.ready();
  vi.useFakeTimers({ toFake: ["setTimeout", "performance"] });
  isOver = false;
});
afterEach(async () => {
  vi.useRealTimers();
  await app.close();
});

function begin(): void {
  void app.drain.begin().then(() => {
    isOver = true;
  });
}

/** Turns of the event loop, after which the server has stopped listening. */
const takeTurns = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const ask = async (url: string) => {
  const { statusCode, headers } = await app.inject({ url });
  return [statusCode, headers.connection];
};

test("a server with readiness probes serves for three more seconds, and reports that it is stopping", async () => {
  expect(await ask("/readyz")).toEqual([200, "keep-alive"]);
  begin();
  await vi.advanceTimersByTimeAsync(2_300);
  await takeTurns();
  await vi.advanceTimersByTimeAsync(600);
  expect([isOver, (await ask("/readyz"))[0]]).toEqual([false, 503]);
  expect(await ask("/livez")).toEqual([200, "close"]);
  await vi.advanceTimersByTimeAsync(200);
  expect(isOver).toBe(true);
});

test("a server behind a proxy that probes nothing serves for three more seconds, and then doesn't listen", async () => {
  await app.listen({ port: 0, host: "127.0.0.1" });
  await app.inject({ url: "/livez", headers: { "x-forwarded-for": "192.0.2.7" } });
  begin();
  await vi.advanceTimersByTimeAsync(2_200);
  expect([isOver, app.server.listening]).toEqual([false, true]);
  await vi.advanceTimersByTimeAsync(100);
  await takeTurns();
  expect([isOver, app.server.listening]).toEqual([false, false]);
  await vi.advanceTimersByTimeAsync(750);
  expect(isOver).toBe(true);
});

test("a server without a probe for a minute stops at once", async () => {
  await ask("/readyz");
  await vi.advanceTimersByTimeAsync(61_000);
  begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(isOver).toBe(true);
});
