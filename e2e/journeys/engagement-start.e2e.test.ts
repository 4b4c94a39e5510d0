/** `npm run example` starts Gatehouse and the panel, keeps their data, and stops both. */
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../scripts/testing/free-port.mjs";
import { type ExampleRun, type ExampleSettings, runExample, untilRunning } from "../support/start-example.ts";

let settings: ExampleSettings;
const runs: ExampleRun[] = [];

function run(): ExampleRun {
  const begun = runExample(settings);
  runs.push(begun);
  return begun;
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "gatehouse-example-"));
  settings = { port: await freePort(), panelPort: await freePort(), folder };
});
afterAll(async () => {
  for (const { process: left } of runs) left.kill("SIGTERM");
  await Promise.all(runs.map(({ ended }) => ended));
  await rm(settings.folder, { recursive: true, force: true });
});

const responds = (port: number, path: string): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}${path}`).then(
    (answer) => answer.ok,
    () => false,
  );

/** A server that stops answers 503 on `/readyz` for a while; its port is free when nothing listens on it any more. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => resolve(true));
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
  });

test("an interrupted set-up leaves no data behind", async () => {
  const begun = run();
  await expect.poll(() => begun.printed(), { timeout: 20_000 }).toContain("Setting up");
  begun.process.kill("SIGTERM");
  expect(await begun.ended).toBe(0);
  expect(await readdir(settings.folder)).toEqual([]);
});

test("one command starts both programs, prints the accounts, keeps the data, and stops both", async () => {
  const first = run();
  await untilRunning(first);
  expect(first.printed()).toContain(`http://127.0.0.1:${settings.panelPort}`);
  expect(first.printed()).toContain(`http://127.0.0.1:${settings.port}`);
  expect(first.printed()).toMatch(/approver@example\.test\s+Viewer, Campaign Approver/);
  expect(await responds(settings.panelPort, "/")).toBe(true);
  expect(await responds(settings.port, "/readyz")).toBe(true);
  expect(await readdir(settings.folder)).toEqual(["current"]);
  expect((await stat(join(settings.folder, "current", "gatehouse.json"))).mode & 0o777).toBe(0o600);
  first.process.kill("SIGINT");
  expect(await first.ended).toBe(0);
  expect(first.printed()).not.toMatch(/has ended/);
  expect(await isFree(settings.panelPort)).toBe(true);
  expect(await isFree(settings.port)).toBe(true);

  const second = run();
  await untilRunning(second);
  expect(second.printed()).not.toContain("Setting up");
  // Both programs end even if the launcher is killed.
  second.process.kill("SIGKILL");
  await expect.poll(() => isFree(settings.panelPort), { timeout: 10_000 }).toBe(true);
  await expect.poll(() => isFree(settings.port), { timeout: 10_000 }).toBe(true);
});

test.each(["port", "panelPort"] as const)("prints one line when its %s is in use", async (which) => {
  const other: Server = createServer().listen(settings[which], "127.0.0.1");
  await once(other, "listening");
  onTestFinished(() => void other.close());
  const begun = run();
  expect(await begun.ended).toBe(1);
  const setting = which === "port" ? "PORT" : "EXAMPLE_PORT";
  expect(begun.printed()).toBe(
    `Port ${settings[which]} is in use. Stop the other program, or set ${setting} to another number.`,
  );
});
