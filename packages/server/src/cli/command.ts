/** The type of a command, and its error. */
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
  /** A required positional argument; its value is stored under its placeholder. */
  readonly operand?: { readonly value: string; readonly help: string };
  readonly options: Readonly<Record<string, Option>>;
  /** Returns the exit code. A thrown error is printed as one line. */
  readonly run: (values: Values, terminal: Terminal) => Promise<number>;
}

/** A failure that the user of the command can fix. The message says how, in one line. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Options of every command. */
export const commonOptions: Readonly<Record<"help" | "json", Option>> = {
  help: { type: "boolean", help: "Show this text" },
  json: { type: "boolean", help: "Print the result as JSON" },
};
