import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isOwnGroup, parseCatalogue, serialiseCatalogue } from "@gatehouse/access/catalogue";
import { CommandError } from "./command.ts";

/**
 * Reads a catalogue from a file: JSON, or a module (`.ts`, `.js`, `.mts`, `.mjs`) that exports a catalogue or its definition as
 * `permissions` or as the default. A module is executed: read only trusted files.
 * @throws CommandError
 */
export async function readDeclaration(file: string): Promise<unknown> {
  try {
    const declared = /\.[mc]?[jt]s$/.test(file)
      ? await readModule(file)
      : JSON.parse(readFileSync(file, "utf8"));
    return JSON.parse(serialiseCatalogue(parseCatalogue(declared)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The catalogue in ${file} can't be used: ${message}`, { cause: error });
  }
}

async function readModule(file: string): Promise<unknown> {
  const { permissions, default: defaultExport } = (await import(pathToFileURL(resolve(file)).href)) as {
    readonly permissions?: unknown;
    readonly default?: unknown;
  };
  const declared = permissions ?? defaultExport;
  if (declared === undefined)
    throw new Error("export the result of definePermissions as permissions, or as the default.");
  return isCatalogue(declared) ? declared.definition.filter(({ key }) => !isOwnGroup(key)) : declared;
}

function isCatalogue(
  declared: unknown,
): declared is { readonly definition: readonly { readonly key: string }[] } {
  return (
    typeof declared === "object" &&
    declared !== null &&
    "definition" in declared &&
    Array.isArray(declared.definition) &&
    "closures" in declared
  );
}
