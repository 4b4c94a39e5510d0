/** The address that a server prints works, and at every other one it says what to set. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  createMigratedStorage,
  type Program,
  type ProgramStorage,
  startProgram,
} from "../../test/program.ts";

let storage: ProgramStorage;
const programs: Program[] = [];

beforeAll(async () => {
  storage = await createMigratedStorage();
});
afterEach(async () => {
  for (const { child, exited } of programs.splice(0)) {
    child.kill("SIGKILL");
    await exited;
  }
});
afterAll(() => storage.remove());

async function start(settings: Readonly<Record<string, string>>): Promise<Program> {
  const program = startProgram(["serve"], { ...storage.settings, LOG_LEVEL: "warn", ...settings });
  programs.push(program);
  await program.waitForOutput(/Emails are written to/);
  return program;
}

/** Fills the set-up form in as a browser at `origin` would. */
const setUp = (url: string, origin: string, token: string) =>
  fetch(`${url}/api/v1/setup`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({
      token,
      organization: "Acme",
      name: "Ada",
      email: "owner@example.test",
      password: "a sentence that nobody guesses",
    }),
  });

test("a server on one address prints that address, and the set-up works there alone", async () => {
  const server = await start({ HOST: "::1" });
  const url = `http://[::1]:${storage.settings.PORT}`;
  const [, printed, token = ""] = await server.waitForOutput(/organization: (\S+)\/setup#(\S+)/);
  expect(printed).toBe(url);
  expect((await fetch(`${url}/setup`)).status).toBe(200);
  const elsewhere = "http://gate.example.com";
  const refused = await setUp(url, elsewhere, token);
  const { code, detail } = (await refused.json()) as { code: string; detail: string };
  expect({ status: refused.status, code }).toEqual({ status: 403, code: "forbidden/origin" });
  expect(detail).toContain(`PUBLIC_URL=${elsewhere}`);
  expect((await setUp(url, url, token)).status).toBe(201);
  server.child.kill("SIGTERM");
  expect((await server.exited).stderr).toContain(`PUBLIC_URL=${elsewhere}`);
});

test("a server on all addresses prints one that works here, and what to set for the others", async () => {
  const server = await start({ HOST: "0.0.0.0" });
  const url = `http://127.0.0.1:${storage.settings.PORT}`;
  await server.waitForOutput(new RegExp(`Gatehouse is running at ${url}\n`));
  await server.waitForOutput(
    new RegExp(`PUBLIC_URL is unset, so links and sign-in work at ${url} alone\\..*PUBLIC_URL=http`),
  );
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});
