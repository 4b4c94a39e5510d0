/** What a command of the command line is. */
import type { ParseArgsOptionDescriptor } from "node:util";

/** An option of a command, and what `--help` says of it. */
export interface Option extends ParseArgsOptionDescriptor {
  /** Placeholder of its value, e.g. NAME. */
  readonly value?: string;
  readonly help: string;
}

/** Options as given: texts and flags by name. */
export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** Where a command writes. Results go to `out`, everything else to `err`; each call writes one line. */
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
  /** What has to follow the name, once; in the values under its placeholder. */
  readonly operand?: { readonly value: string; readonly help: string };
  readonly options: Readonly<Record<string, Option>>;
  /** Gives the exit code; throws what is to be said in one line. */
  readonly run: (values: Values, terminal: Terminal) => Promise<number>;
}

/** Something that the caller of a command can put right. The message is one line that says how. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}

/** Every command understands these two. */
export const commonOptions: Readonly<Record<"help" | "json", Option>> = {
  help: { type: "boolean", help: "Show this text" },
  json: { type: "boolean", help: "Print the result as JSON" },
};
