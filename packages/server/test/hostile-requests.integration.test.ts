/**
 * A stranger's hostile requests to a server that really listens. `GATEHOUSE_HOSTILE_REQUESTS` says how many: 20,000 are a
 * whole run, a tenth of it is what every test run does.
 */
import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { type HostileRequest, hostileRequest } from "./hostile-requests.ts";
import { inspectedOn, memoryOf } from "./inspect-memory.ts";
import { freePort, type Program, startProgram, temporaryFolder } from "./program.ts";
import { stateOf } from "./state-of.ts";

const count = Number(process.env["GATEHOUSE_HOSTILE_REQUESTS"] ?? 2_000);
const atOnce = 8;
/** Milliseconds in which a request is answered. */
const slowest = 1_000;
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
    ...inspectedOn(inspectorPort),
  });
  await server.said(/is running at (\S+)\n/);
});
afterAll(async () => {
  server.child.kill("SIGTERM");
  await server.ended;
  await t.close();
});

/** Sends bytes on a connection of their own; gives what came back until it was closed, and after how long. */
function send({ bytes, hangsUp = false }: HostileRequest): Promise<{ answer: string; took: number }> {
  return new Promise((resolve) => {
    const start = performance.now();
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.setTimeout(20_000, () => socket.destroy()); // far longer than any answer takes
    socket.on("error", () => undefined); // the server may close while we still write
    socket.once("close", () =>
      resolve({ answer: Buffer.concat(chunks).toString("latin1"), took: performance.now() - start }),
    );
    socket.write(Buffer.from(bytes, "utf8"), () => {
      if (hangsUp) socket.destroy();
    });
  });
}

/** A request that took too long is sent again, alone: a busy machine is slow once, a bad request each time. */
async function isSlow(request: HostileRequest): Promise<boolean> {
  for (let round = 0; round < 3; round += 1) if ((await send(request)).took <= slowest) return false;
  return true;
}

async function sendAll(from: number, to: number): Promise<readonly number[]> {
  const times: number[] = [];
  const wrong: string[] = [];
  let next = from;
  const sendOn = async (): Promise<void> => {
    for (let index = next++; index < to; index = next++) {
      const request = hostileRequest(index);
      const { answer, took } = await send(request);
      times.push(took);
      const shown = `${index}: ${request.bytes.slice(0, 200)} → ${answer.slice(0, 300)}`;
      if (!request.hangsUp && !/^HTTP\/1\.1 [234]\d\d /.test(answer)) wrong.push(shown);
      if (answer.startsWith("HTTP/1.1 4") && answer.length > 20_000) wrong.push(`too long: ${shown}`);
      if (took > slowest && (await isSlow(request))) wrong.push(`too slow: ${shown}`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendOn));
  expect(wrong.slice(0, 10)).toEqual([]);
  return times;
}

/** Requests whose body never comes, while the others run. */
async function holdBack(index: number): Promise<string> {
  const head = `POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\norigin: http://127.0.0.1:${port}\r\ncontent-type: application/json\r\n`;
  const { answer } = await send({ bytes: `${head}content-length: 1000\r\n\r\n${"x".repeat(index)}` });
  return answer;
}

test("hostile requests cost no memory that stays, no time and no restart, and change nothing", async () => {
  await sendAll(0, Math.min(1_000, count)); // code and caches get warm
  const before = await memoryOf(inspectorPort);
  const state = await stateOf(t);
  const held = Promise.all(Array.from({ length: 50 }, (_, index) => holdBack(index)));
  const times = await sendAll(0, count);
  for (const answer of await held) expect(answer).toContain('"code":"request/timeout"');
  const growth = async () => {
    const after = await memoryOf(inspectorPort);
    return { used: after.used - before.used, resident: after.resident - before.resident };
  };
  // Memory goes back to the machine bit by bit.
  await expect
    .poll(async () => Math.max(...Object.values(await growth())), { timeout: 60_000, interval: 500 })
    .toBeLessThan(50 * mebibyte);
  expect(server.child.exitCode).toBeNull();
  expect(await stateOf(t)).toEqual(state);
  const { used, resident } = await growth();
  const sorted = times.toSorted((one, other) => one - other);
  const [median, most] = [sorted[Math.floor(times.length / 2)] ?? 0, sorted.at(-1) ?? 0];
  process.stderr.write(
    `${times.length} hostile requests: ${Math.round(used / mebibyte)} MiB more used, ${Math.round(resident / mebibyte)} MiB more resident, ` +
      `median ${median.toFixed(1)} ms, slowest ${most.toFixed(0)} ms\n`,
  );
}, 900_000);
