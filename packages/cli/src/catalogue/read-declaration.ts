import { readFileSync } from "node:fs";
import { isReservedGroup, parseCatalogue, serialiseCatalogue } from "@gatehouse/access/catalogue";
import { CommandError } from "../command-line/command.ts";
import { loadModule } from "./load-module.ts";

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
    throw new CommandError(`The catalogue in ${file} can't be used: ${describe(error)}`, { cause: error });
  }
}

async function readModule(file: string): Promise<unknown> {
  const { permissions, default: defaultExport } = await loadModule(file);
  const declared = permissions ?? defaultExport;
  if (declared === undefined)
    throw new Error("export the result of definePermissions as permissions, or as the default.");
  return isCatalogue(declared) ? declared.definition.filter(({ key }) => !isReservedGroup(key)) : declared;
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

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isMissing = "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
  const hint =
    "Install the package, or import a file by its relative path: aliases of tsconfig.json are not read.";
  return isMissing ? `${error.message}. ${hint}` : error.message;
}
