import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../launcher/paths.mjs";
import { findRunner, listPages, parseCommands, readCommands } from "./guide-commands.mjs";

const pages = ["README", ...listPages()];
const commands = pages.flatMap((page) => readCommands(page).map((command) => ({ page, command })));

test("reads continued lines as one command, without comments", () => {
  const markdown =
    "```sh\n# a comment\nnpm run x -- \\\n  --y # no comment\nls     # lists\n\n```\n```ts\nno();\n```\n";
  expect(parseCommands(markdown)).toEqual(["npm run x -- --y # no comment", "ls"]);
});

test("every command of the README and the guide is run by a test that reads it from there", () => {
  expect(commands.length).toBeGreaterThan(50);
  for (const { page, command } of commands) {
    const runner = findRunner(page, command);
    expect(runner, `${page}: ${command}`).not.toBeNull();
    const source = readFileSync(join(root, runner ?? ""), "utf8");
    if (runner === ".ci/run") expect(source).toContain(command);
    else if (runner?.includes("guide-protect") || runner?.includes("guide-backup"))
      expect(source).toMatch(new RegExp(`\\b${page}\\.md"`));
    else expect(source).toMatch(new RegExp(`commandsFor\\("${page}"|"${page}"[^]*commandsFor\\(`));
  }
});

test.each(listPages())("both languages of %s have the same commands", (page) => {
  const count = (/** @type {"en" | "tr"} */ language) => readCommands(page, language).map(withoutNames);
  expect(count("tr")).toEqual(count("en"));
});

/** Names and texts of examples are translated. @param {string} command */
function withoutNames(command) {
  return command.replaceAll(/"[^"]*"|'[^']*'/g, '""').replaceAll(/\w+\.(csv|jsonl)\b/g, "x.$1");
}
