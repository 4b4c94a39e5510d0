import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  createMigratedStorage,
  type Program,
  type ProgramStorage,
  startProgram,
} from "../../test/program.ts";

let storage: ProgramStorage;
let base: string;
const programs: Program[] = [];

beforeAll(async () => {
  storage = await createMigratedStorage();
  base = `http://127.0.0.1:${storage.settings.PORT}`;
});
afterEach(async () => {
  for (const { child, exited } of programs.splice(0)) {
    child.kill("SIGKILL");
    await exited;
  }
});
afterAll(() => storage.remove());

/** Starts a server and waits until it listens. */
async function startServer(settings: Record<string, string> = {}): Promise<Program> {
  const program = startProgram(["serve"], { ...storage.settings, ...settings });
  programs.push(program);
  await program.waitForOutput(/is running at (\S+)\n/);
  return program;
}

const post = (path: string, body: unknown) =>
  fetch(`${base}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify(body),
  });

const owner = { email: "owner@example.test", password: "a sentence that nobody guesses" };

/** Starts a sign-in without the end of its body, so that the request stays in progress until `finish`. */
async function beginRequest(): Promise<{ finish: () => Promise<string> }> {
  const body = JSON.stringify({ email: "nobody@example.test", password: "whatever it may be" });
  const socket = connect(Number(storage.settings.PORT), "127.0.0.1");
  const head = `POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\norigin: ${base}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
  await new Promise<void>((resolve) => {
    socket.write(head + body.slice(0, 10), () => resolve());
  });
  await fetch(`${base}/livez`); // answered after the request above was accepted
  return {
    finish: () => {
      const answer = text(socket);
      socket.write(body.slice(10));
      return answer;
    },
  };
}

test("prints a one-time set-up link for an empty database, and keeps the data after SIGKILL", async () => {
  const first = await startServer();
  const [, token] = await first.waitForOutput(new RegExp(`${base}/setup#(\\S+)`));
  const wanted = { token, organization: "Acme", name: "Owner", ...owner };
  expect((await post("/setup", wanted)).status).toBe(201);
  expect((await post("/setup", wanted)).status).toBe(410);
  first.child.kill("SIGKILL");
  await first.exited;
  const second = await startServer();
  second.child.kill("SIGTERM");
  const { stdout } = await second.exited;
  expect(stdout).not.toContain("/setup#");
  const third = await startServer();
  expect((await post("/sessions", owner)).status).toBe(201);
  third.child.kill("SIGINT");
  expect(await third.exited).toMatchObject({ code: 0, signal: null });
});

test("completes the request in progress after SIGTERM, accepts no other, and exits with 0", async () => {
  const program = await startServer();
  const request = await beginRequest();
  program.child.kill("SIGTERM");
  await expect
    .poll(() =>
      fetch(`${base}/livez`).then(
        () => "open",
        () => "closed",
      ),
    )
    .toBe("closed");
  expect(await request.finish()).toMatch(/^HTTP\/1.1 401 /);
  const end = await program.exited;
  expect(end).toMatchObject({ code: 0, signal: null });
  expect(end.stderr).not.toMatch(/"level":(50|60)/);
});

test("exits immediately at the second SIGTERM", async () => {
  const program = await startServer();
  await beginRequest();
  program.child.kill("SIGTERM");
  await expect
    .poll(() =>
      fetch(`${base}/livez`).then(
        () => "open",
        () => "closed",
      ),
    )
    .toBe("closed");
  // A signal right after the first would count as its duplicate.
  await expect
    .poll(() => {
      program.child.kill("SIGTERM");
      return program.child.exitCode;
    })
    .toBe(1);
});

test("prints one line of JSON with --json", async () => {
  const program = startProgram(["serve", "--json"], storage.settings);
  programs.push(program);
  const [line] = await program.waitForOutput(/^.*\n/);
  expect(JSON.parse(line)).toMatchObject({ url: base, setupUrl: null });
});
