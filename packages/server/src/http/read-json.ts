/** Reads a request's body: JSON in UTF-8, neither too deep nor too wide, made of characters that can be stored. */
import { Refusal } from "./refusal.ts";
import { shorten } from "./shorten.ts";

/** Our own bodies nest four levels. */
const deepest = 32;
/** As many members as an object may have: a catalogue has a group for each of its 2,000 permissions at most. */
const mostMembers = 2_000;
/** What an answer repeats of a name or a place. */
const longestQuoted = 100;

/**
 * The value in a body; undefined for an empty one.
 * @throws Refusal request/malformed (400) when it is no JSON, nested too deeply or has an object that is too wide;
 * request/invalid (422) when it isn't UTF-8, or a text in it has a NUL or half a character (a lone surrogate)
 */
export function readJson(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  const text = decode(body);
  const { excess, twice } = look(text);
  if (excess !== null) throw malformed(excess);
  const value = parse(text);
  if (twice !== null)
    throw malformed(`An object has the member ${shorten(twice, longestQuoted)} twice. Send it once.`);
  // Neither can stand in valid UTF-8 JSON except as an escape, so most bodies need no walk.
  if (text.includes("\\u")) refuseBrokenTexts(value);
  return value;
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new Refusal(
      "request/invalid",
      { detail: "The body is not valid UTF-8. Encode it anew." },
      { cause },
    );
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed("The body is not valid JSON. Check its syntax.", cause);
  }
}

function malformed(detail: string, cause?: unknown): Refusal {
  return new Refusal("request/malformed", { detail }, { cause });
}

const tooDeep = `The body is nested more than ${deepest} levels deep. Flatten it.`;
const tooWide = `An object in the body has more than ${mostMembers} members. Send fewer.`;

/**
 * Looks through a text before anything is built: counts open brackets outside of strings, and notices the first member
 * that stands twice in its object. Which of both counts is for each reader to choose, so it must not be there (RFC 7493).
 */
function look(text: string): { readonly excess: string | null; readonly twice: string | null } {
  /** Of each open object its members so far; null for an array. */
  const open: (Set<string> | null)[] = [];
  let twice: string | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index];
    if (sign === "{" || sign === "[") {
      if (open.length === deepest) return { excess: tooDeep, twice };
      open.push(sign === "{" ? new Set() : null);
    } else if (sign === "}" || sign === "]") open.pop();
    else if (sign === '"') {
      const end = endOfString(text, index);
      const members = open.at(-1);
      if (members && isMember(text, end)) {
        const name = unescaped(text.slice(index, end));
        if (members.has(name)) twice ??= name;
        members.add(name);
        if (members.size > mostMembers) return { excess: tooWide, twice };
      }
      index = end - 1;
    }
  }
  return { excess: null, twice };
}

/** Behind the quotation mark that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end + 1;
}

/** Whether an odd number of backslashes stands in front. */
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

/** A name as it is compared. One with a broken escape is no JSON anyway. */
function unescaped(quoted: string): string {
  if (!quoted.includes("\\")) return quoted;
  try {
    return JSON.stringify(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** Reading ends at the first one: how many there are is for the sender to choose. */
function refuseBrokenTexts(value: unknown): void {
  const place = placeOfBroken(value);
  if (place === null) return;
  const path = shorten(place.join("."), longestQuoted);
  const detail = "Remove characters that are not valid text.";
  throw new Refusal("request/invalid", {
    detail: `${path}: ${detail}`,
    errors: [{ path, code: "invalid/characters", detail }],
  });
}

/** Names and positions that lead to the first broken text, or to the object that has a broken name; null without one. */
function placeOfBroken(value: unknown): readonly string[] | null {
  if (typeof value === "string") return isBroken(value) ? [] : null;
  if (typeof value !== "object" || value === null) return null;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const place = placeOfBroken(value[index]);
      if (place !== null) return [String(index), ...place];
    }
    return null;
  }
  for (const name of Object.keys(value)) {
    if (isBroken(name)) return [];
    const place = placeOfBroken((value as Readonly<Record<string, unknown>>)[name]);
    if (place !== null) return [name, ...place];
  }
  return null;
}

function isBroken(text: string): boolean {
  return text.includes("\0") || !text.isWellFormed();
}
