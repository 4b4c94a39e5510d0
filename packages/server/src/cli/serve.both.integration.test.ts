import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createEmptyStorage, type EmptyStorage } from "../../test/create-empty-storage.ts";
import { type Program, startProgram } from "../../test/program.ts";

let storage: EmptyStorage;
let base: string;
const programs: Program[] = [];

beforeAll(async () => {
  storage = await createEmptyStorage();
  base = `http://127.0.0.1:${storage.settings.PORT}`;
});
afterEach(async () => {
  for (const { child, ended } of programs.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
});
afterAll(() => storage.remove());

/** A server that listens. */
async function started(settings: Record<string, string> = {}): Promise<Program> {
  const program = startProgram(["serve"], { ...storage.settings, ...settings });
  programs.push(program);
  await program.said(/is running at (\S+)\n/);
  return program;
}

const post = (path: string, body: unknown) =>
  fetch(`${base}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: base },
    body: JSON.stringify(body),
  });

const owner = { email: "owner@example.test", password: "a sentence that nobody guesses" };

/** Begins a sign-in and holds back the end of its body, so that the request is under way for as long as a test likes. */
async function beginRequest(): Promise<{ finish: () => Promise<string> }> {
  const body = JSON.stringify({ email: "nobody@example.test", password: "whatever it may be" });
  const socket = connect(Number(storage.settings.PORT), "127.0.0.1");
  const head = `POST /api/v1/sessions HTTP/1.1\r\nhost: x\r\norigin: ${base}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
  await new Promise<void>((resolve) => {
    socket.write(head + body.slice(0, 10), () => resolve());
  });
  await fetch(`${base}/livez`); // answered after the request above was taken up
  return {
    finish: () => {
      const answer = text(socket);
      socket.write(body.slice(10));
      return answer;
    },
  };
}

test("on an empty database it prints a link that sets up once, and what is set up outlives a kill -9", async () => {
  const first = await started();
  const [, token] = await first.said(new RegExp(`${base}/setup#(\\S+)`));
  const wanted = { token, organization: "Acme", name: "Owner", ...owner };
  expect((await post("/setup", wanted)).status).toBe(201);
  expect((await post("/setup", wanted)).status).toBe(410);
  first.child.kill("SIGKILL");
  await first.ended;
  const second = await started();
  second.child.kill("SIGTERM");
  const { stdout } = await second.ended;
  expect(stdout).not.toContain("/setup#");
  const third = await started();
  expect((await post("/sessions", owner)).status).toBe(201);
  third.child.kill("SIGINT");
  expect(await third.ended).toMatchObject({ code: 0, signal: null });
}, 60_000);

test("told to stop, it answers the request under way, takes no other, and ends with 0", async () => {
  const program = await started();
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
  const end = await program.ended;
  expect(end).toMatchObject({ code: 0, signal: null });
  expect(end.stderr).not.toMatch(/"level":(50|60)/);
});

test("told to stop a second time, it ends at once", async () => {
  const program = await started();
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
  await new Promise((resolve) => setTimeout(resolve, 300)); // sooner it would pass for an echo of the first
  program.child.kill("SIGTERM");
  expect(await program.ended).toMatchObject({ code: 1 });
});

test("with --json the start is one line of JSON", async () => {
  const program = startProgram(["serve", "--json"], storage.settings);
  programs.push(program);
  const [line] = await program.said(/^.*\n/);
  expect(JSON.parse(line)).toMatchObject({ url: base, setupUrl: null });
});
