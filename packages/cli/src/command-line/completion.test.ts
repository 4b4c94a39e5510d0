import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import type { Command, Program } from "./command.ts";
import { run } from "./run.ts";

const command = (name: string, ...options: readonly string[]): Command => ({
  name,
  summary: name,
  options: Object.fromEntries(options.map((option) => [option, { type: "boolean", help: option }])),
  run: async () => 0,
});
const program: Program = {
  name: "gatehouse-cli",
  version: "1.2.3",
  commands: [command("users import", "dry-run"), command("users list"), command("serve")],
  settingsHint: "",
  describeFailure: (error) => (error instanceof Error ? error.message : String(error)),
};

async function print(shell: string): Promise<{ code: number; lines: readonly string[] }> {
  const lines: string[] = [];
  const write = (line: string) => void lines.push(line);
  const code = await run(program, ["completion", shell], { out: write, err: write });
  return { code, lines };
}

/** The words that bash offers at the end of a line. */
async function complete(line: string): Promise<readonly string[]> {
  const { lines } = await print("bash");
  const words = line.split(" ");
  const list = words.map((word) => `"${word}"`).join(" ");
  const script = `${lines.join("\n")}
    COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}
    _gatehouse_cli; printf "%s\\n" "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["-c", script], { encoding: "utf8" })
    .split("\n")
    .filter((word) => word !== "");
}

test.each([
  ["gatehouse-cli ", ["users", "serve", "completion", "version", "--help"]],
  ["gatehouse-cli se", ["serve"]],
  ["gatehouse-cli users ", ["import", "list"]],
  ["gatehouse-cli users i", ["import"]],
  ["gatehouse-cli users import --d", ["--dry-run"]],
  ["gatehouse-cli users import people.csv --", ["--dry-run", "--help", "--json"]],
  ["gatehouse-cli users import people", []],
])("bash completes %j", async (line, words) => {
  expect(await complete(line)).toEqual(words);
});

test("zsh loads its support for scripts of bash first", async () => {
  const { code, lines } = await print("zsh");
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^autoload -U \+X bashcompinit && bashcompinit\n_gatehouse_cli\(\)/);
});

test("names the shells when another one is given", async () => {
  expect(await print("fish")).toEqual({ code: 1, lines: ["SHELL is bash or zsh."] });
});
