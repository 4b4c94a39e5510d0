/** The command line: finds the command, reads its options, runs it, and says in one line what went wrong. */
import { parseArgs } from "node:util";
import { type Command, CommandError, commonOptions, type Terminal, type Values } from "./command.ts";
import { describeFailure } from "./describe-failure.ts";
import { describeAll, describeOne } from "./usage.ts";

/** Runs the command that `args` name and gives the exit code: 0, 1 when it failed, 2 when it was not understood. */
export async function run(
  commands: readonly Command[],
  args: readonly string[],
  terminal: Terminal,
  showsStack: boolean,
): Promise<number> {
  const command = findCommand(commands, args);
  if (command === null) return answerWithout(commands, args, terminal);
  let values: Values;
  try {
    values = readOptions(command, args.slice(command.name.split(" ").length));
  } catch (error) {
    terminal.err(`${describeFailure(error)} See: gatehouse ${command.name} --help`);
    return 2;
  }
  if (values["help"] === true) {
    terminal.out(describeOne(command));
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
  return commands.find(({ name }) => name.split(" ").every((word, index) => args[index] === word)) ?? null;
}

function operandOf({ operand }: Command, [first, ...more]: readonly string[], isHelp: boolean): Values {
  if (operand === undefined || isHelp) return {};
  if (first === undefined) throw new Error(`Name the ${operand.value}`);
  if (more.length > 0) throw new Error(`Name one ${operand.value} only`);
  return { [operand.value]: first };
}

function answerWithout(commands: readonly Command[], args: readonly string[], terminal: Terminal): number {
  const [first] = args;
  if (first === "--help" || first === "help") {
    terminal.out(describeAll(commands));
    return 0;
  }
  const said =
    first === undefined
      ? "Say which command to run."
      : `There is no command ${JSON.stringify(args.join(" "))}.`;
  terminal.err(`${said} See: gatehouse --help`);
  return 2;
}

function readOptions(command: Command, args: readonly string[]): Values {
  const all = { ...command.options, ...commonOptions };
  const options = Object.fromEntries(
    Object.entries(all).map(([name, { type }]) => [name, { type }] as const),
  );
  try {
    const allowPositionals = command.operand !== undefined;
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    return { ...(values as Values), ...operandOf(command, positionals, values["help"] === true) };
  } catch (error) {
    // Node explains at length after the first sentence.
    const [sentence = "That was not understood"] = (error instanceof Error ? error.message : "").split(
      /\. |\n/,
    );
    throw new CommandError(`${sentence.replace(/\.$/, "")}.`, { cause: error });
  }
}
