/** The commands of the README that run Gatehouse from the checkout. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { root } from "../launcher/paths.mjs";
import { freePort } from "../testing/free-port.mjs";
import { commandsFor } from "../testing/guide-commands.mjs";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-checkout-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What each command prints when it works. @type {Record<string, RegExp>} */
const expected = {
  "npm start": /http:\/\/127\.0\.0\.1:\d+\/setup#\S+/,
  "npm run example": /http:\/\/127\.0\.0\.1:\d+[\s\S]*@/,
  "npm run bench": /check[\s\S]*list/, // its list of benchmarks: `npm test -- --all` runs them
};
const commands = commandsFor("README", "scripts/installed/checkout.test.mjs");

test("each of the commands is here", () => {
  expect(commands).toEqual(Object.keys(expected));
});

test.each(commands)("%s works", async (command) => {
  const { PATH, HOME, NODE_EXTRA_CA_CERTS } = process.env;
  const line = command === "npm run bench" ? `${command} -- --help` : command;
  const env = {
    PATH,
    HOME,
    ...(NODE_EXTRA_CA_CERTS === undefined ? {} : { NODE_EXTRA_CA_CERTS }), // for npm, where a proxy needs it
    DATA_DIR: join(folder, command.replaceAll(" ", "-")),
    PORT: String(await freePort()),
  };
  const child = spawn("bash", ["-c", `exec ${line}`], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const ended = new Promise((resolve) => child.once("close", resolve));
  try {
    const matches = () => expect(output).toMatch(expected[command] ?? /^$/);
    await Promise.race([vi.waitFor(matches, { timeout: 600_000, interval: 50 }), ended.then(matches)]);
  } finally {
    child.kill("SIGTERM");
    await ended;
  }
});
