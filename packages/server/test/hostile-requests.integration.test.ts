/**
 * Hostile requests of an unauthenticated client to a listening server. `GATEHOUSE_HOSTILE_REQUESTS` is their number; by default
 * 500, or 2,000 with `npm test -- --all`.
 */
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import { type HostileRequest, hostileRequest } from "./hostile-requests.ts";
import { inspectorSettings, measureMemory } from "./measurements.ts";
import { type Program, startProgram, temporaryFolder } from "./program.ts";
import { rounds } from "./rounds.ts";

const count = Number(process.env["GATEHOUSE_HOSTILE_REQUESTS"] ?? rounds(2_000));
const concurrency = 8;
/** Maximum response time in milliseconds. */
const maxResponseMs = 1_000;
const mebibyte = 1024 * 1024;

let t: TestApp;
let server: Program;
let port: number;
let inspectorPort: number;

beforeAll(async () => {
  t = await createTestApp();
  await t.organization();
  port = await freePort();
  inspectorPort = await freePort();
  server = startProgram(["serve"], {
    DATA_DIR: temporaryFolder(),
    DATABASE_URL: t.url ?? "",
    SECRET_KEY: "a secret key that only tests know, 32+",
    PORT: String(port),
    WORKER: "off",
    ...inspectorSettings(inspectorPort),
  });
  await server.waitForOutput(/is running at (\S+)\n/);
});
afterAll(async () => {
  server.child.kill("SIGTERM");
  await server.exited;
  await t.close();
});

/** Sends bytes on a new connection. Returns the response and the time until the connection closed. */
function send({ bytes, disconnects = false }: HostileRequest): Promise<{ response: string; took: number }> {
  return new Promise((resolve) => {
    const start = performance.now();
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.setTimeout(20_000, () => socket.destroy()); // longer than any response takes
    socket.on("error", () => undefined); // the server may close the connection early
    socket.once("close", () =>
      resolve({ response: Buffer.concat(chunks).toString("latin1"), took: performance.now() - start }),
    );
    socket.write(Buffer.from(bytes, "utf8"), () => {
      if (disconnects) socket.destroy();
    });
  });
}

/** Repeats a slow request, to exclude other load of the machine. */
async function isSlow(request: HostileRequest): Promise<boolean> {
  for (let round = 0; round < 3; round += 1) if ((await send(request)).took <= maxResponseMs) return false;
  return true;
}

async function sendAll(from: number, to: number): Promise<readonly number[]> {
  const times: number[] = [];
  const wrong: string[] = [];
  let next = from;
  const sendOn = async (): Promise<void> => {
    for (let index = next++; index < to; index = next++) {
      const request = hostileRequest(index);
      const { response, took } = await send(request);
      times.push(took);
      const shown = `${index}: ${request.bytes.slice(0, 200)} → ${response.slice(0, 300)}`;
      if (!request.disconnects && !/^HTTP\/1\.1 [234]\d\d /.test(response)) wrong.push(shown);
      if (response.startsWith("HTTP/1.1 4") && response.length > 20_000) wrong.push(`too long: ${shown}`);
      if (took > maxResponseMs && (await isSlow(request))) wrong.push(`too slow: ${shown}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, sendOn));
  expect(wrong.slice(0, 10)).toEqual([]);
  return times;
}

/** Sends a request whose body is never completed. */
async function sendIncompleteBody(index: number): Promise<string> {
  const head = `POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\norigin: http://127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
  const { response } = await send({ bytes: `${head}content-length: 1000\r\n\r\n${"x".repeat(index)}` });
  return response;
}

test("hostile requests leak no memory, don't slow the server or crash it, and change nothing", async () => {
  await sendAll(0, Math.min(1_000, count)); // warm-up
  const before = await measureMemory(inspectorPort);
  const state = await readDatabaseState(t);
  const incomplete = Promise.all(Array.from({ length: 50 }, (_, index) => sendIncompleteBody(index)));
  const times = await sendAll(0, count);
  for (const response of await incomplete) expect(response).toContain('"code":"request/timeout"');
  const growth = async () => {
    const after = await measureMemory(inspectorPort);
    return { used: after.used - before.used, resident: after.resident - before.resident };
  };
  // Memory is released gradually.
  await expect
    .poll(async () => Math.max(...Object.values(await growth())), { timeout: 60_000, interval: 500 })
    .toBeLessThan(50 * mebibyte);
  expect(server.child.exitCode).toBeNull();
  expect(await readDatabaseState(t)).toEqual(state);
  const { used, resident } = await growth();
  const sorted = times.toSorted((one, other) => one - other);
  const [median, most] = [sorted[Math.floor(times.length / 2)] ?? 0, sorted.at(-1) ?? 0];
  process.stderr.write(
    `${times.length} hostile requests: ${Math.round(used / mebibyte)} MiB more used, ${Math.round(resident / mebibyte)} MiB more resident, ` +
      `median ${median.toFixed(1)} ms, slowest ${most.toFixed(0)} ms\n`,
  );
}, 900_000);
