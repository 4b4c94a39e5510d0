import { type Program, run } from "@gatehouse/cli";
import { shouldPrintStack } from "../config.ts";
import { version } from "../version.ts";
import { describeFailure } from "./describe-failure.ts";
import { loadCommands } from "./load-commands.ts";

/** `gatehouse`, without its commands. */
export const program: Omit<Program, "commands"> = {
  name: "gatehouse",
  version,
  settingsHint: "Settings come from the environment; gatehouse doctor lists and checks them.",
  describeFailure,
};

/** Runs the command that `args` name in this process; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = {
    out: (line: string) => process.stdout.write(`${line}\n`),
    err: (line: string) => process.stderr.write(`${line}\n`),
  };
  return run({ ...program, commands: await loadCommands(args) }, args, terminal, shouldPrintStack());
}
