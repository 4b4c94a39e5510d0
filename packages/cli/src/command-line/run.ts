/** The command line: finds the command, parses its options, runs it, and prints an error as one line. */
import { parseArgs } from "node:util";
import { suggestNames } from "@gatehouse/access/catalogue";
import {
  type Command,
  CommandError,
  commonOptions,
  type Option,
  type Program,
  type Terminal,
  type Values,
} from "./command.ts";
import { createCompletion } from "./completion.ts";
import { describeUnknownCommand, findSubcommands } from "./unknown-command.ts";

/** Whether the arguments begin with the words of the command's name. */
export function beginsWithName(args: readonly string[], name: string): boolean {
  return name.split(" ").every((word, index) => args[index] === word);
}

/** Runs the command in `args`. Returns the exit code: 0, 1 when it failed, 2 when the arguments are invalid. */
export async function run(
  program: Program,
  args: readonly string[],
  terminal: Terminal,
  showsStack = false,
): Promise<number> {
  const { name, describeFailure } = program;
  const commands = [...program.commands, createCompletion(program)];
  const command = findCommand(commands, args);
  if (command === null) return handleUnknownCommand({ ...program, commands }, args, terminal);
  let values: Values;
  try {
    values = parseOptions(command, args.slice(command.name.split(" ").length));
  } catch (error) {
    terminal.err(`${describeFailure(error)} See: ${name} ${command.name} --help`);
    return 2;
  }
  if (values["help"] === true) {
    terminal.out(formatCommandHelp(name, command));
    return 0;
  }
  try {
    return await command.run(values, terminal);
  } catch (error) {
    terminal.err(describeFailure(error));
    if (showsStack && error instanceof Error) terminal.err(error.stack ?? "");
    return 1;
  }
}

function findCommand(commands: readonly Command[], args: readonly string[]): Command | null {
  return commands.find(({ name }) => beginsWithName(args, name)) ?? null;
}

function readOperand({ operand }: Command, [first, ...more]: readonly string[], isHelp: boolean): Values {
  if (operand === undefined || isHelp) return {};
  if (first === undefined && operand.isOptional === true) return {};
  if (first === undefined) throw new Error(`Name the ${operand.value}`);
  if (more.length > 0) throw new Error(`Name one ${operand.value} only`);
  return { [operand.value]: first };
}

function handleUnknownCommand(program: Program, args: readonly string[], terminal: Terminal): number {
  const { name, commands, version } = program;
  const [first, second] = args;
  const subcommands = findSubcommands(commands, first);
  const isHelp = ["--help", "-h", "help"].includes((subcommands.length > 0 ? second : first) ?? "");
  if (isHelp) {
    terminal.out(formatCommandList(program, subcommands.length > 0 ? subcommands : commands));
    return 0;
  }
  if (first === "--version" || first === "version") {
    terminal.out(args.includes("--json") ? JSON.stringify({ version }) : version);
    return 0;
  }
  terminal.err(describeUnknownCommand(name, commands, args));
  return 2;
}

function parseOptions(command: Command, args: readonly string[]): Values {
  const all = { ...command.options, ...commonOptions };
  const options = Object.fromEntries(
    Object.entries(all).map(
      ([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }] as const,
    ),
  );
  try {
    const allowPositionals = command.operand !== undefined;
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    return { ...(values as Values), ...readOperand(command, positionals, values["help"] === true) };
  } catch (error) {
    // Node adds long explanations after the first sentence.
    const [sentence = "That was not understood"] = (error instanceof Error ? error.message : "").split(
      /\. |\n/,
    );
    const unknown = /^Unknown option '(--[^']+)'/.exec(sentence)?.[1];
    const near = suggestNames(
      unknown ?? "",
      unknown === undefined ? [] : Object.keys(all).map((option) => `--${option}`),
    );
    const hint = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`;
    throw new CommandError(`${sentence.replace(/\.$/, "")}.${hint}`, { cause: error });
  }
}

/** The text of `gatehouse --help`. */
function formatCommandList({ name, settingsHint }: Program, commands: readonly Command[]): string {
  return [
    `Usage: ${name} COMMAND [OPTIONS]`,
    "",
    ...alignColumns(commands.map((command) => [command.name, command.summary])),
    "",
    `${name} COMMAND --help shows its options, ${name} --version the version. ${settingsHint}`,
  ].join("\n");
}

/** The text of `gatehouse COMMAND --help`. */
function formatCommandHelp(program: string, { name, summary, operand, options }: Command): string {
  const all = { ...options, ...commonOptions };
  const rows = Object.entries(all).map(([option, details]): [string, string] => [
    formatOption(option, details),
    details.help,
  ]);
  const usage = `Usage: ${program} ${name}${operand === undefined ? "" : ` ${operand.value}`} [OPTIONS]`;
  const first: readonly [string, string][] = operand === undefined ? [] : [[operand.value, operand.help]];
  return [usage, "", `${summary}.`, "", ...alignColumns([...first, ...rows])].join("\n");
}

function formatOption(name: string, { value, short }: Option): string {
  const long = short === undefined ? `--${name}` : `-${short}, --${name}`;
  return value === undefined ? long : `${long} ${value}`;
}

function alignColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
