/** The type of a command, its error, and the progress bar of a long one: on a terminal only, not in a pipe. */
import type { ParseArgsOptionDescriptor } from "node:util";

/** An option of a command, and its help text. */
export interface Option extends ParseArgsOptionDescriptor {
  /** Placeholder of its value, e.g. NAME. */
  readonly value?: string;
  readonly help: string;
}

/** The given options by name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Output of a command: results go to `out`, messages to `err`. Each call writes one line. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** One command. */
export interface Command {
  /** As typed, e.g. `audit verify`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** A positional argument; its value is stored under its placeholder. */
  readonly operand?: { readonly value: string; readonly help: string; readonly isOptional?: boolean };
  readonly options: Readonly<Record<string, Option>>;
  /** Returns the exit code. A thrown error is printed as one line. */
  readonly run: (values: Values, terminal: Terminal) => Promise<number>;
}

/** A program with commands. */
export interface Program {
  /** As typed, e.g. `gatehouse`. */
  readonly name: string;
  readonly version: string;
  readonly commands: readonly Command[];
  /** Where settings come from: the last sentence of the program's help. */
  readonly settingsHint: string;
  /** The error message for the user, in one line. */
  readonly describeFailure: (error: unknown) => string;
}

/** A failure that the user of the command can fix. The message says how, in one line. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** Stable, for programs, such as `backup/damaged`; printed in brackets after the message. */
  readonly code: string | null;

  constructor(message: string, { code = null, cause }: { code?: string | null; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** Options of every command. */
export const commonOptions: Readonly<Record<"help" | "json", Option>> = {
  help: { type: "boolean", short: "h", help: "Show this text" },
  json: { type: "boolean", help: "Print the result as JSON" },
};

const width = 30;

/** The stream of the bar. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/** Returns a function that redraws the bar, and removes it when all is done. */
export function showProgress(
  label: string,
  stream: ProgressOutput = process.stderr,
): (done: number, all: number) => void {
  if (stream.isTTY !== true) return () => undefined;
  return (done, all) => {
    const filled = Math.round((width * done) / all);
    const bar = "█".repeat(filled) + "░".repeat(width - filled);
    stream.write(
      done >= all
        ? "\r\u001b[2K"
        : `\r${label} ${bar} ${done.toLocaleString("en")} of ${all.toLocaleString("en")}`,
    );
  };
}
