/** Turns what somebody declared, in code or in a file, into a complete definition, or says exactly what is wrong. */
import type { CatalogueAction, CatalogueGroup } from "./compile-catalogue.ts";
import { CatalogueError, nextStep, quoted } from "./errors.ts";
import { labelFrom, namePattern } from "./names.ts";
import { nearNames } from "./near-names.ts";
import { ownGroupRefusal } from "./own-group-keys.ts";

const longestName = 64;
const longestLabel = 100;
const longestDescription = 300;
/** An action may bring all others of the largest catalogue with it. */
const mostImplied = 2000;
/** Control characters, lone surrogates, line separators and direction overrides have no place in a label. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/** What the reader refuses beyond the form itself. */
export interface Limits {
  /** Group names that the declaring side may not use. */
  readonly reserved: readonly string[];
  /** How many permissions there may be. */
  readonly mostPermissions: number;
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Reads either form: the object that `definePermissions` takes (`{campaigns: {label, actions: {view: {}}}}`), or the
 * array that a catalogue's `definition` is (`[{key, label, actions: [{permission, label, …}]}]`).
 * @throws CatalogueError at the first fault
 */
export function readDefinition(input: unknown, limits: Limits): readonly CatalogueGroup[] {
  const groups = entriesOf(input, "", "key");
  refuseTooMany(countActions(groups), limits);
  const read = groups.map((entry) => readGroup(entry, limits));
  const names = new Set(read.flatMap(({ group }) => group.actions.map((action) => action.permission)));
  for (const { implied } of read) for (const one of implied) checkImplied(one, names, limits.reserved);
  return read.map(({ group }) => group);
}

/** Counted before any is read. */
function countActions(groups: readonly Entry[]): number {
  const countIn = (actions: unknown) =>
    isRecord(actions) || Array.isArray(actions) ? Object.keys(actions).length : 0;
  return groups.reduce((sum, { value }) => sum + countIn(value["actions"]), 0);
}

function refuseTooMany(count: number, { mostPermissions }: Limits): void {
  if (count <= mostPermissions) return;
  throw new CatalogueError("", `${count} permissions are too many; declare at most ${mostPermissions}`);
}

interface ImpliedName {
  readonly path: string;
  readonly name: string;
}

function readGroup(
  { name: key, path, value }: Entry,
  limits: Limits,
): { readonly group: CatalogueGroup; readonly implied: readonly ImpliedName[] } {
  if (limits.reserved.includes(key)) {
    throw new CatalogueError(path, ownGroupRefusal(key));
  }
  refuseUnknownKeys(value, path, ["key", "label", "description", "actions"]);
  const entries = entriesOf(value["actions"], `${path}.actions`, "permission", key);
  if (entries.length === 0) throw new CatalogueError(`${path}.actions`, "declare at least one action");
  const actions = entries.map((entry) => readAction(entry, key));
  const group = {
    key,
    label: readText(value["label"], `${path}.label`, longestLabel),
    ...readDescription(value, path),
    actions,
  };
  const implied = actions.flatMap((action, index) =>
    action.implies.map((name, at) => ({ name, path: `${entries[index]?.path}.implies.${at}` })),
  );
  return { group, implied };
}

function readAction({ name, path, value }: Entry, group: string): CatalogueAction {
  refuseUnknownKeys(value, path, ["permission", "label", "description", "implies", "sensitive"]);
  const { sensitive = false } = value;
  if (typeof sensitive !== "boolean") throw new CatalogueError(`${path}.sensitive`, "write true or false");
  const label = value["label"];
  return {
    permission: `${group}:${name}`,
    label: label === undefined ? labelFrom(name) : readText(label, `${path}.label`, longestLabel),
    ...readDescription(value, path),
    sensitive,
    implies: readImplies(value["implies"], `${path}.implies`, group),
  };
}

function readImplies(value: unknown, path: string, group: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new CatalogueError(path, 'write a list of action names, such as ["view"]');
  if (value.length > mostImplied)
    throw new CatalogueError(path, `list at most ${mostImplied} names; these are ${value.length}`);
  const names = new Set<string>();
  for (const [index, name] of (value as readonly unknown[]).entries()) {
    if (typeof name !== "string") throw new CatalogueError(`${path}.${index}`, "write an action's name");
    const whole = name.includes(":") ? name : `${group}:${name}`;
    if (names.has(whole)) throw new CatalogueError(`${path}.${index}`, `${quoted(whole)} is listed twice`);
    names.add(whole);
  }
  return [...names];
}

function checkImplied(
  { name, path }: ImpliedName,
  names: ReadonlySet<string>,
  reserved: readonly string[],
): void {
  if (names.has(name)) return;
  if (reserved.some((group) => name.startsWith(`${group}:`))) {
    throw new CatalogueError(
      path,
      `${quoted(name)} is Gatehouse's own; an action of a panel can't include it`,
    );
  }
  throw new CatalogueError(
    path,
    `there is no permission ${quoted(name)}. ${nextStep(nearNames(name, [...names]))}`,
  );
}

/** The members of an object, or of an array whose elements carry their name under `nameKey`, with checked names. */
function entriesOf(
  input: unknown,
  path: string,
  nameKey: "key" | "permission",
  group?: string,
): readonly Entry[] {
  if (!isRecord(input) && !Array.isArray(input)) {
    throw new CatalogueError(path, `write an object of ${nameKey === "key" ? "groups" : "actions"} by name`);
  }
  const seen = new Set<string>();
  return Object.entries(input).map(([at, value]: [string, unknown]) => {
    const place = path === "" ? shortened(at) : `${path}.${shortened(at)}`;
    if (!isRecord(value)) throw new CatalogueError(place, "write an object");
    const name = Array.isArray(input) ? nameInside(value[nameKey], `${place}.${nameKey}`, group) : at;
    if (!Array.isArray(input) && Object.hasOwn(value, nameKey)) {
      throw new CatalogueError(
        `${place}.${nameKey}`,
        "the name is given already, in front of the braces; take this out",
      );
    }
    checkName(name, place);
    if (seen.has(name)) throw new CatalogueError(place, `${quoted(name)} is declared twice`);
    seen.add(name);
    return { name, path: place, value };
  });
}

/** Of an array's element: the group's key, or the action's name out of `group:action`. */
function nameInside(value: unknown, path: string, group: string | undefined): string {
  if (typeof value !== "string") throw new CatalogueError(path, "write the name");
  if (group === undefined) return value;
  if (!value.startsWith(`${group}:`)) throw new CatalogueError(path, `begin with ${quoted(`${group}:`)}`);
  return value.slice(group.length + 1);
}

function checkName(name: string, path: string): void {
  if (name.length > longestName)
    throw new CatalogueError(path, `use at most ${longestName} letters for a name`);
  if (!namePattern.test(name)) {
    throw new CatalogueError(path, "begin the name with a letter a–z and go on with a–z, 0–9 and hyphens");
  }
}

function readDescription(
  value: Readonly<Record<string, unknown>>,
  path: string,
): { readonly description?: string } {
  const description = value["description"];
  if (description === undefined) return {};
  return { description: readText(description, `${path}.description`, longestDescription) };
}

function readText(value: unknown, path: string, longest: number): string {
  if (typeof value !== "string" || value.trim() === "") throw new CatalogueError(path, "write a text");
  if (value.length > longest) throw new CatalogueError(path, `use at most ${longest} characters`);
  if (unprintable.test(value)) throw new CatalogueError(path, "remove line breaks and control characters");
  return value.trim();
}

function refuseUnknownKeys(
  value: Readonly<Record<string, unknown>>,
  path: string,
  known: readonly string[],
): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new CatalogueError(`${path}.${shortened(unknown)}`, `unknown key; there are ${known.join(", ")}`);
}

/** A name as part of a path: what came from outside may be of any length. */
function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
