/** Validates a declaration from code or a file and fills in its defaults. */
import type { CatalogueAction, CatalogueGroup } from "../permissions/compile-catalogue.ts";
import { CatalogueError, quote, suggestionSentence, suggestNames } from "../permissions/errors.ts";
import { namePattern, reservedGroupMessage, toLabel } from "../permissions/names.ts";
import type { LocalizedText, TextLanguage } from "../permissions/texts.ts";

const maxNameLength = 64;
const maxLabelLength = 100;
const maxDescriptionLength = 300;
/** An action may imply all others of the largest catalogue. */
const maxImplied = 2000;
/** Characters that a text may not contain: control characters, lone surrogates, line separators, direction overrides. */
const unprintable = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** Characters that a new text may not contain either. U+200C and U+200D join and separate visible characters. */
const invisible = /\p{Cf}(?<![\u200c\u200d])/u;
/** Something that a text shows: no white space, no character without a glyph, no blank Braille pattern (U+2800). */
const visible = /[^\s\p{DI}\u2800]/u;

/** Limits that depend on who declares. */
export interface Limits {
  /** Group names that may not be declared. */
  readonly reserved: readonly string[];
  /** The most permissions. */
  readonly maxPermissions: number;
  /** Whether texts without visible characters, and with invisible ones, are rejected. Stored texts may be older than this rule. */
  readonly rejectsInvisible?: boolean;
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/**
 * Reads either format: the object of `definePermissions` (`{campaigns: {label, actions: {view: {}}}}`), or the array of a
 * catalogue's `definition` (`[{key, label, actions: [{permission, label, …}]}]`). The object may name its JSON schema under
 * `$schema`, for editors.
 * @throws CatalogueError for the first error
 */
export function readDefinition(input: unknown, limits: Limits): readonly CatalogueGroup[] {
  const groups = readEntries(withoutSchema(input), "", "key");
  assertCount(countActions(groups), limits);
  const read = groups.map((entry) => readGroup(entry, limits));
  const names = new Set(read.flatMap(({ group }) => group.actions.map((action) => action.permission)));
  for (const { implied } of read) for (const one of implied) assertImplied(one, names, limits.reserved);
  return read.map(({ group }) => group);
}

function withoutSchema(input: unknown): unknown {
  if (!isRecord(input) || typeof input["$schema"] !== "string") return input;
  const { $schema: _, ...groups } = input;
  return groups;
}

/** Counts the actions before any is read. */
function countActions(groups: readonly Entry[]): number {
  const countIn = (actions: unknown) =>
    isRecord(actions) || Array.isArray(actions) ? Object.keys(actions).length : 0;
  return groups.reduce((sum, { value }) => sum + countIn(value["actions"]), 0);
}

function assertCount(count: number, { maxPermissions }: Limits): void {
  if (count <= maxPermissions) return;
  throw new CatalogueError("", `${count} permissions are too many; declare at most ${maxPermissions}`);
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
    throw new CatalogueError(path, reservedGroupMessage(key));
  }
  assertKnownKeys(value, path, ["key", "label", "description", "actions"]);
  const entries = readEntries(value["actions"], `${path}.actions`, "permission", key);
  if (entries.length === 0) throw new CatalogueError(`${path}.actions`, "declare at least one action");
  const actions = entries.map((entry) => readAction(entry, key, limits));
  const group = {
    key,
    label: readLocalized(value["label"], `${path}.label`, { maxLength: maxLabelLength, ...limits }),
    ...readDescription(value, path, limits),
    actions,
  };
  const implied = actions.flatMap((action, index) =>
    action.implies.map((name, at) => ({ name, path: `${entries[index]?.path}.implies.${at}` })),
  );
  return { group, implied };
}

function readAction({ name, path, value }: Entry, group: string, limits: Limits): CatalogueAction {
  assertKnownKeys(value, path, ["permission", "label", "description", "implies", "sensitive"]);
  const { sensitive = false } = value;
  if (typeof sensitive !== "boolean") throw new CatalogueError(`${path}.sensitive`, "write true or false");
  const label = value["label"];
  return {
    permission: `${group}:${name}`,
    label:
      label === undefined
        ? toLabel(name)
        : readLocalized(label, `${path}.label`, { maxLength: maxLabelLength, ...limits }),
    ...readDescription(value, path, limits),
    sensitive,
    implies: readImplies(value["implies"], `${path}.implies`, group),
  };
}

function readImplies(value: unknown, path: string, group: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new CatalogueError(path, 'write a list of action names, such as ["view"]');
  if (value.length > maxImplied)
    throw new CatalogueError(path, `list at most ${maxImplied} names; these are ${value.length}`);
  const names = new Set<string>();
  for (const [index, name] of (value as readonly unknown[]).entries()) {
    if (typeof name !== "string") throw new CatalogueError(`${path}.${index}`, "write an action's name");
    const whole = name.includes(":") ? name : `${group}:${name}`;
    if (names.has(whole)) throw new CatalogueError(`${path}.${index}`, `${quote(whole)} is listed twice`);
    names.add(whole);
  }
  return [...names];
}

function assertImplied(
  { name, path }: ImpliedName,
  names: ReadonlySet<string>,
  reserved: readonly string[],
): void {
  if (names.has(name)) return;
  if (reserved.some((group) => name.startsWith(`${group}:`))) {
    throw new CatalogueError(
      path,
      `${quote(name)} is in a group of Gatehouse; a panel's action can't imply it`,
    );
  }
  throw new CatalogueError(
    path,
    `there is no permission ${quote(name)}. ${suggestionSentence(suggestNames(name, [...names]))}`,
  );
}

/** The entries of an object, or of an array whose elements have their name under `nameKey`, with validated names. */
function readEntries(
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
    const entryPath = path === "" ? truncate(at) : `${path}.${truncate(at)}`;
    if (!isRecord(value)) throw new CatalogueError(entryPath, "write an object");
    const name = Array.isArray(input) ? readEntryName(value[nameKey], `${entryPath}.${nameKey}`, group) : at;
    if (!Array.isArray(input) && Object.hasOwn(value, nameKey)) {
      throw new CatalogueError(
        `${entryPath}.${nameKey}`,
        "the name is already the property's key; remove this",
      );
    }
    assertName(name, entryPath);
    if (seen.has(name)) throw new CatalogueError(entryPath, `${quote(name)} is declared twice`);
    seen.add(name);
    return { name, path: entryPath, value };
  });
}

/** The name of an array element: the group's key, or the action's name from `group:action`. */
function readEntryName(value: unknown, path: string, group: string | undefined): string {
  if (typeof value !== "string") throw new CatalogueError(path, "write the name");
  if (group === undefined) return value;
  if (!value.startsWith(`${group}:`)) throw new CatalogueError(path, `start with ${quote(`${group}:`)}`);
  return value.slice(group.length + 1);
}

function assertName(name: string, path: string): void {
  if (name.length > maxNameLength)
    throw new CatalogueError(path, `use at most ${maxNameLength} letters for a name`);
  if (!namePattern.test(name)) {
    throw new CatalogueError(path, "start the name with a letter a–z, followed by a–z, 0–9 and hyphens");
  }
}

function readDescription(
  value: Readonly<Record<string, unknown>>,
  path: string,
  limits: Limits,
): { readonly description?: LocalizedText } {
  const description = value["description"];
  if (description === undefined) return {};
  const rule = { maxLength: maxDescriptionLength, ...limits };
  return { description: readLocalized(description, `${path}.description`, rule) };
}

const languages: readonly TextLanguage[] = ["en", "tr"];

type TextRule = Pick<Limits, "rejectsInvisible"> & { readonly maxLength: number };

/** A text, or one for each of some languages. */
function readLocalized(value: unknown, path: string, rule: TextRule): LocalizedText {
  if (!isRecord(value)) return readText(value, path, rule);
  assertKnownKeys(value, path, languages);
  const texts = languages.flatMap((language) =>
    value[language] === undefined
      ? []
      : [[language, readText(value[language], `${path}.${language}`, rule)] as const],
  );
  if (texts.length === 0) throw new CatalogueError(path, "write a text");
  return Object.fromEntries(texts);
}

function readText(value: unknown, path: string, { maxLength, rejectsInvisible = false }: TextRule): string {
  if (typeof value !== "string" || value.trim() === "") throw new CatalogueError(path, "write a text");
  if (value.length > maxLength) throw new CatalogueError(path, `use at most ${maxLength} characters`);
  if (unprintable.test(value)) throw new CatalogueError(path, "remove line breaks and control characters");
  if (rejectsInvisible && !visible.test(value))
    throw new CatalogueError(path, "write at least one visible character");
  if (rejectsInvisible && invisible.test(value))
    throw new CatalogueError(path, "remove invisible characters");
  return value.trim();
}

function assertKnownKeys(
  value: Readonly<Record<string, unknown>>,
  path: string,
  known: readonly string[],
): void {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new CatalogueError(`${path}.${truncate(unknown)}`, `unknown key; known keys are ${known.join(", ")}`);
}

/** Shortens a name for a path: input may have any length. */
function truncate(name: string): string {
  return name.length > maxNameLength ? `${name.slice(0, maxNameLength)}…` : name;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
