import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text as readText } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import { createApp } from "../app.ts";
import { createDatabase, openPostgres } from "../db/open.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("is alive and ready", async () => {
  expect((await t.app.inject({ url: "/livez" })).json()).toEqual({ status: "alive" });
  expect((await t.app.inject({ url: "/readyz" })).json()).toEqual({
    status: "ready",
    outbox: { worker: "missing", workerSeenSecondsAgo: null, dueJobs: 0, oldestDueSeconds: 0 },
  });
});

test("is alive but not ready while the database doesn't respond, within two seconds", async () => {
  const silent = { ...t.deps.db, ping: () => new Promise<never>(() => undefined) };
  const app = await createApp({ ...t.deps, db: silent });
  const start = performance.now();
  const response = await app.inject({ url: "/readyz" });
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(response.statusCode).toBe(503);
  expect(response.headers["retry-after"]).toBe("2");
  expect((await app.inject({ url: "/livez" })).statusCode).toBe(200);
  await app.close();
});

test("is not alive while the embedded database doesn't respond", async () => {
  const app = await createApp({ ...t.deps, db: { ...t.deps.db, isAlive: () => false } });
  const response = await app.inject({ url: "/livez" });
  expect([response.statusCode, response.headers["retry-after"], response.json().code]).toEqual([
    503,
    "10",
    "unavailable",
  ]);
  await app.close();
});

test("is alive while the PostgreSQL server is down", async () => {
  const engine = openPostgres("postgresql://nobody@127.0.0.1:1/none");
  const app = await createApp({ ...t.deps, db: createDatabase(engine) });
  expect((await app.inject({ url: "/readyz" })).statusCode).toBe(503);
  expect((await app.inject({ url: "/livez" })).statusCode).toBe(200);
  await app.close();
  await engine.close();
});

test("finishes running requests and rejects new ones while it stops", async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let noteAsked: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    noteAsked = resolve;
  });
  const ping = async () => {
    noteAsked();
    await held;
    return { isReadOnly: false };
  };
  const app = await createApp({ ...t.deps, db: { ...t.deps.db, ping } });
  const port = await listen(app);
  const connection = await open(port);
  connection.socket.write("GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
  await asked;
  const closed = app.close();
  await expect.poll(() => open(port).then(({ socket }) => socket.destroy(), String)).toMatch("ECONNREFUSED");
  connection.socket.write("GET /api/v1/setup HTTP/1.1\r\nHost: x\r\n\r\n");
  release();
  await closed;
  const text = await connection.text;
  expect([...text.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "503"]);
  expect(text).toMatch(/retry-after: 2/i);
  expect(text).toContain('"code":"unavailable"');
});

test.each([
  ["nonsense", "GARBAGE\r\n\r\n", 400, "request/malformed"],
  ["headers without end", `GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n`, 431, "request/headers-too-large"],
])("responds to %s on a socket with a problem", async (_, bytes, status, code) => {
  const app = await createApp(t.deps);
  const connection = await open(await listen(app));
  connection.socket.write(bytes);
  const [head = "", body = ""] = (await connection.text).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head).toContain("Content-Type: application/problem+json");
  expect(JSON.parse(body)).toMatchObject({ status, code });
  await app.close();
});

async function listen(app: TestApp["app"]): Promise<number> {
  return Number(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
}

/** A connection, and everything that came over it until its end. */
async function open(port: number): Promise<{ readonly socket: Socket; readonly text: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  return { socket, text: readText(socket) };
}
