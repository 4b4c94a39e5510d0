import { readFileSync } from "node:fs";
import { isReservedGroup, parseCatalogue, serialiseCatalogue } from "@gatehouse/access/catalogue";
import { CommandError } from "../command-line/command.ts";
import { loadModule } from "./load-module.ts";

/** What a file declares. */
export interface PushFile {
  /** The panel's groups, as JSON. */
  readonly groups: unknown;
  /** Templates of roles for `catalogue push --all`, as the file has them; absent if it has none. */
  readonly roles?: readonly unknown[];
}

/**
 * Reads a catalogue from a file: JSON, or a module (`.ts`, `.js`, `.mts`, `.mjs`) that exports a catalogue or its definition as
 * `permissions` or as the default. A module is executed: read only trusted files.
 * @throws CommandError
 */
export async function readDeclaration(file: string): Promise<unknown> {
  return (await readPushFile(file)).groups;
}

/**
 * Reads a file with the roles that it declares beside the permissions: a module exports them as `roles`, and JSON has them under that
 * key, beside the groups.
 * @throws CommandError
 */
export async function readPushFile(file: string): Promise<PushFile> {
  try {
    const { groups, roles } = /\.[mc]?[jt]s$/.test(file)
      ? await readModule(file)
      : splitJson(JSON.parse(readFileSync(file, "utf8")));
    const declared = { groups: JSON.parse(serialiseCatalogue(parseCatalogue(groups))) };
    if (roles === undefined) return declared;
    return { ...declared, roles: JSON.parse(JSON.stringify(roles)) };
  } catch (error) {
    throw new CommandError(`The catalogue in ${file} can't be used: ${describe(error)}`, { cause: error });
  }
}

interface Declared {
  readonly groups: unknown;
  readonly roles: readonly unknown[] | undefined;
}

/** No group of a panel can be named roles. The groups may be an array under `groups`, as in the API. */
function splitJson(declared: unknown): Declared {
  if (typeof declared !== "object" || declared === null || Array.isArray(declared))
    return { groups: declared, roles: undefined };
  const { roles, ...rest } = declared as { readonly roles?: unknown; readonly groups?: unknown };
  if (roles !== undefined && !Array.isArray(roles)) return { groups: declared, roles: undefined };
  return { groups: Array.isArray(rest.groups) ? rest.groups : rest, roles };
}

async function readModule(file: string): Promise<Declared> {
  const { permissions, roles, default: defaultExport } = await loadModule(file);
  const declared = permissions ?? defaultExport;
  if (declared === undefined)
    throw new Error("export the result of definePermissions as permissions, or as the default.");
  const groups = isCatalogue(declared)
    ? declared.definition.filter(({ key }) => !isReservedGroup(key))
    : declared;
  return { groups, roles: Array.isArray(roles) ? roles : undefined };
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
