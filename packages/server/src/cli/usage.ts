/** The texts of `--help`. */
import { type Command, commonOptions, type Option } from "./command.ts";

/** The list of commands. */
export function describeAll(commands: readonly Command[]): string {
  return [
    "Usage: gatehouse COMMAND [OPTIONS]",
    "",
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    "",
    "gatehouse COMMAND --help tells more. Settings come from the environment; gatehouse doctor lists and checks them.",
  ].join("\n");
}

/** One command and its options. */
export function describeOne({ name, summary, options }: Command): string {
  const all = { ...options, ...commonOptions };
  const rows = Object.entries(all).map(([option, details]): [string, string] => [
    flag(option, details),
    details.help,
  ]);
  return [`Usage: gatehouse ${name} [OPTIONS]`, "", `${summary}.`, "", ...columns(rows)].join("\n");
}

function flag(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
