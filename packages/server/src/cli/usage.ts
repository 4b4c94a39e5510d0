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
export function describeOne({ name, summary, operand, options }: Command): string {
  const all = { ...options, ...commonOptions };
  const rows = Object.entries(all).map(([option, details]): [string, string] => [
    flag(option, details),
    details.help,
  ]);
  const usage = `Usage: gatehouse ${name}${operand === undefined ? "" : ` ${operand.value}`} [OPTIONS]`;
  const first: readonly [string, string][] = operand === undefined ? [] : [[operand.value, operand.help]];
  return [usage, "", `${summary}.`, "", ...columns([...first, ...rows])].join("\n");
}

function flag(name: string, { value }: Option): string {
  return value === undefined ? `--${name}` : `--${name} ${value}`;
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
