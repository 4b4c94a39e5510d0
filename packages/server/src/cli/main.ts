import { shouldPrintStack } from "../config.ts";
import { loadCommands } from "./load-commands.ts";
import { run } from "./run.ts";

/** Runs the command that `args` name in this process; gives the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const terminal = {
    out: (line: string) => process.stdout.write(`${line}\n`),
    err: (line: string) => process.stderr.write(`${line}\n`),
  };
  return run(await loadCommands(args), args, terminal, shouldPrintStack());
}
