/** Completion of commands and options in a shell. */
import { type Command, CommandError, commonOptions, type Program } from "./command.ts";

/** `gatehouse completion SHELL` */
export function createCompletion(program: Program): Command {
  const completion: Command = {
    name: "completion",
    summary: "Print a script that completes commands and options in a shell",
    operand: {
      value: "SHELL",
      help: `bash or zsh; add to its start-up file: source <(${program.name} completion bash)`,
    },
    options: {},
    run: async ({ SHELL: shell, json }, { out }) => {
      if (shell !== "bash" && shell !== "zsh") throw new CommandError("SHELL is bash or zsh.");
      const script = formatScript(program.name, [...program.commands, completion]);
      // zsh runs the script for bash.
      const text = shell === "bash" ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`;
      out(json === true ? JSON.stringify({ script: text }) : text);
      return 0;
    },
  };
  return completion;
}

/** A function for bash: the words of a command line decide which words can follow. */
function formatScript(program: string, commands: readonly Command[]): string {
  const name = `_${program.replaceAll("-", "_")}`;
  const groups = Map.groupBy(commands, (command) => command.name.split(" ")[0] ?? "");
  const cases = commands
    .toSorted((one, other) => other.name.length - one.name.length)
    .map((command) => formatCase(`"${command.name}"|"${command.name} "*`, listOptions(command)));
  const subcommands = [...groups].flatMap(([word, group]) => {
    const second = group.flatMap((command) => command.name.split(" ")[1] ?? []);
    return second.length === 0 ? [] : [formatCase(`"${word}"`, second)];
  });
  return [
    `${name}() {`,
    // Without a slice of the array, whose syntax zsh doesn't know.
    '  local line="" words="" index=1',
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: these are variables of the shell
    '  while [ "$index" -lt "$COMP_CWORD" ]; do',
    '    line="${line:+$line }${COMP_WORDS[$index]}"',
    "    index=$((index + 1))",
    "  done",
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above
    '  case "$line" in',
    ...cases,
    ...subcommands,
    formatCase('""', [...groups.keys(), "version", "--help"]),
    "  esac",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a variable of the shell
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    "}",
    `complete -o default -F ${name} ${program}`,
  ].join("\n");
}

function listOptions({ options }: Command): readonly string[] {
  return Object.keys({ ...options, ...commonOptions }).map((option) => `--${option}`);
}

function formatCase(pattern: string, words: readonly string[]): string {
  return `    ${pattern}) words="${words.join(" ")}" ;;`;
}
