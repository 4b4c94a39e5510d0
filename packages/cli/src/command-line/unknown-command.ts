/** What to say to a command line that names no command. */
import { suggestNames } from "@gatehouse/access/catalogue";
import type { Command } from "./command.ts";

/** Commands that begin with a word: `audit verify` for `audit`. */
export function findSubcommands(commands: readonly Command[], word: string | undefined): readonly Command[] {
  return commands.filter(({ name }) => name.includes(" ") && name.split(" ")[0] === word);
}

/** One line: what is wrong, the commands that may be meant, and where all of them are. */
export function describeUnknownCommand(
  program: string,
  commands: readonly Command[],
  args: readonly string[],
): string {
  const words = args.filter((word) => !word.startsWith("-"));
  const seeHelp = `See: ${program} --help`;
  const [first, second] = words;
  if (first === undefined) return `Say which command to run. ${seeHelp}`;
  const subcommands = findSubcommands(commands, first);
  if (subcommands.length > 0 && second === undefined)
    return `Say which command of ${first} to run: ${list(subcommands)}. ${seeHelp}`;
  const wanted = words.slice(0, subcommands.length > 0 ? 2 : 1).join(" ");
  const names = commands.map(({ name }) => name);
  const near = suggestNames(words.slice(0, 2).join(" "), names).concat(suggestNames(wanted, names));
  const hint =
    near.length > 0
      ? ` Did you mean ${[...new Set(near)].join(" or ")}?`
      : subcommands.length > 0
        ? ` ${first} has ${list(subcommands)}.`
        : "";
  return `There is no command ${JSON.stringify(wanted)}.${hint} ${seeHelp}`;
}

function list(commands: readonly Command[]): string {
  return commands.map(({ name }) => name).join(", ");
}
