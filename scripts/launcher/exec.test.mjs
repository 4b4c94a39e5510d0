/** Runs a real launcher with a real child process, because signals and pipes can't be faked reliably. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { root } from "./paths.mjs";

// Three processes start, possibly on a busy machine.
vi.setConfig({ testTimeout: 20_000 });

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-exec-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/**
 * Starts a launcher whose child runs `code`.
 * @param {string} code
 * @param {readonly string[]} args
 */
function launch(code, args = []) {
  const module = JSON.stringify(pathToFileURL(join(root, "scripts/launcher/exec.mjs")).href);
  const script = JSON.stringify(join(folder, "child.mjs"));
  writeFileSync(join(folder, "child.mjs"), code);
  writeFileSync(
    join(folder, "launcher.mjs"),
    `import { exec } from ${module};
     process.exitCode = await exec(process.execPath, [${script}, ...process.argv.slice(2)]);`,
  );
  const launcher = spawn(process.execPath, [join(folder, "launcher.mjs"), ...args]);
  let output = "";
  launcher.stdout.on("data", (chunk) => (output += chunk));
  const exit = once(launcher, "close").then(([code, signal]) => ({ code, signal, output }));
  return {
    launcher,
    exit,
    printed: (/** @type {string} */ text) => vi.waitFor(() => expect(output).toContain(text), 15_000),
  };
}

const untilSignal = `
  process.on("SIGTERM", () => { console.log("stopping"); process.exit(7); });
  process.on("SIGINT", () => { console.log("interrupted"); process.exit(8); });
  setInterval(() => {}, 1_000);
  console.log("child " + process.pid);
`;

test("passes arguments, stdin, stdout and the exit code through", async () => {
  const { launcher, exit } = launch(
    `const chunks = await process.stdin.toArray();
     console.log(process.argv.slice(2).join("|"), Buffer.concat(chunks).toString());
     process.exitCode = 3;`,
    ["setup", "--name", "a b"],
  );
  launcher.stdin.end("secret");

  expect(await exit).toEqual({ code: 3, signal: null, output: "setup|--name|a b secret\n" });
});

test.each([
  ["SIGTERM", "stopping", 7],
  ["SIGINT", "interrupted", 8],
])("forwards %s to the program and returns its exit code", async (signal, message, code) => {
  const { launcher, exit, printed } = launch(untilSignal);
  await printed("child ");

  launcher.kill(/** @type {NodeJS.Signals} */ (signal));

  expect(await exit).toMatchObject({ code, output: expect.stringContaining(message) });
});

test("returns 128 + n when signal n ended the program, as a shell does", async () => {
  const { exit } = launch('process.kill(process.pid, "SIGKILL");');

  expect(await exit).toMatchObject({ code: 137 });
});

test("ends the program when the launcher is killed", async () => {
  const { launcher, exit, printed } = launch(untilSignal);
  await printed("child ");

  launcher.kill("SIGKILL");

  expect((await exit).output).toContain("stopping"); // the child keeps stdout open until it ends
});

test("npm scripts that begin with exec find a command of that name on Windows", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const starting = Object.values(scripts).filter((script) => String(script).startsWith("exec "));
  expect(starting.length).toBeGreaterThan(0);
  const command = readFileSync(new URL("../../exec.cmd", import.meta.url), "utf8");
  expect(command.trimEnd().split("\n").at(-1)).toBe("@%*");
});
