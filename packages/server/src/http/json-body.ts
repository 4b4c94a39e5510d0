/**
 * Parses request bodies: JSON in UTF-8 with limits on depth and members, and only characters that PostgreSQL can
 * store.
 */
import { ApiError } from "../errors/api-error.ts";
import { truncate } from "../truncate.ts";

/** Bodies of the API nest four levels. */
const maxDepth = 32;
/** Most members of an object: a catalogue has at most one group for each of its 2,000 permissions. */
const maxMembers = 2_000;
/** How much of a name or path an error repeats, in characters. */
const maxQuotedLength = 100;

/**
 * The value in a body; undefined for an empty one.
 * @throws ApiError request/malformed (400) when it isn't JSON, is nested too deeply, or has an object with too many
 * or duplicate members; request/invalid (422) when it isn't UTF-8, or a string has a NUL or a lone surrogate
 */
export function parseJsonBody(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  const text = decode(body);
  const { excess, duplicate } = scanText(text);
  if (excess !== null) throw malformed(excess);
  const value = parseText(text);
  if (duplicate !== null)
    throw malformed(`An object has the member ${truncate(duplicate, maxQuotedLength)} twice. Send it once.`);
  // In valid UTF-8 JSON both are possible only as escapes, so most bodies need no check.
  if (text.includes("\\u")) rejectInvalidText(value);
  return value;
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new ApiError(
      "request/invalid",
      { detail: "The body is not valid UTF-8. Encode it as UTF-8." },
      { cause },
    );
  }
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed("The body is not valid JSON. Check its syntax.", cause);
  }
}

function malformed(detail: string, cause?: unknown): ApiError {
  return new ApiError("request/malformed", { detail }, { cause });
}

const tooDeep = `The body is nested more than ${maxDepth} levels deep. Flatten it.`;
const tooWide = `An object in the body has more than ${maxMembers} members. Send fewer.`;

/**
 * Scans a text before anything is built: counts open brackets outside of strings, and finds the first duplicate
 * member of an object, which parsers handle differently (RFC 7493).
 */
function scanText(text: string): { readonly excess: string | null; readonly duplicate: string | null } {
  /** The members of each open object so far; null for an array. */
  const open: (Set<string> | null)[] = [];
  let twice: string | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === "{" || character === "[") {
      if (open.length === maxDepth) return { excess: tooDeep, duplicate: twice };
      open.push(character === "{" ? new Set() : null);
    } else if (character === "}" || character === "]") open.pop();
    else if (character === '"') {
      const end = findStringEnd(text, index);
      const members = open.at(-1);
      if (members && isMember(text, end)) {
        const name = unescapeName(text.slice(index, end));
        if (members.has(name)) twice ??= name;
        members.add(name);
        if (members.size > maxMembers) return { excess: tooWide, duplicate: twice };
      }
      index = end - 1;
    }
  }
  return { excess: null, duplicate: twice };
}

/** The index after the quotation mark that ends the string starting at `start`. */
function findStringEnd(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end + 1;
}

/** Whether an odd number of backslashes precedes the index. */
function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

function isMember(text: string, end: number): boolean {
  let index = end;
  while (text[index] === " " || text[index] === "\n" || text[index] === "\r" || text[index] === "\t")
    index += 1;
  return text[index] === ":";
}

/** A member name in a form that can be compared. One with an invalid escape isn't JSON anyway. */
function unescapeName(quoted: string): string {
  if (!quoted.includes("\\")) return quoted;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** Stops at the first one: the sender chooses how many there are. */
function rejectInvalidText(value: unknown): void {
  const segments = findInvalidText(value);
  if (segments === null) return;
  const path = truncate(segments.join("."), maxQuotedLength);
  const detail = "Remove characters that are not valid text.";
  throw new ApiError("request/invalid", {
    detail: `${path}: ${detail}`,
    errors: [{ path, code: "invalid/characters", detail }],
  });
}

/** The path to the first invalid string, or to the object with an invalid member name; null without one. */
function findInvalidText(value: unknown): readonly string[] | null {
  if (typeof value === "string") return isInvalidText(value) ? [] : null;
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const place = findInvalidText(value[index]);
      if (place !== null) return [String(index), ...place];
    }
    return null;
  }
  for (const name of Object.keys(value)) {
    if (isInvalidText(name)) return [];
    const path = findInvalidText((value as Readonly<Record<string, unknown>>)[name]);
    if (path !== null) return [name, ...path];
  }
  return null;
}

function isInvalidText(text: string): boolean {
  return text.includes("\0") || !text.isWellFormed();
}

const maxPathLength = 100;

/**
 * Rejects a body with a member named `__proto__` at any depth. Schemas drop it silently where names are free, and
 * copying it into an object would change the object's prototype.
 * @throws ApiError request/invalid with the path of the first one
 */
export function rejectPrototypeMembers(body: unknown): void {
  const path = findPrototypeMember(body);
  if (path === null) return;
  const detail = "__proto__ is no name that can be used. Choose another, or take it out.";
  const shortPath = truncate(path, maxPathLength);
  throw new ApiError("request/invalid", {
    detail: `${shortPath}: ${detail}`,
    errors: [{ path: shortPath, code: "invalid/name", detail }],
  });
}

/** Arrays may have hundreds of thousands of numbers: values without members cost no call. */
function findPrototypeMember(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const part: unknown = value[index];
      if (typeof part !== "object" || part === null) continue;
      const found = findPrototypeMember(part);
      if (found !== null) return `${index}.${found}`;
    }
    return null;
  }
  if (Object.hasOwn(value, "__proto__")) return "__proto__";
  for (const [name, part] of Object.entries(value)) {
    const found = findPrototypeMember(part);
    if (found !== null) return `${name}.${found}`;
  }
  return null;
}
