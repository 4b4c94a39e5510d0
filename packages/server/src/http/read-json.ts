/** Reads a request's body: JSON in UTF-8, not nested without end, made of characters that can be stored. */
import type { FieldProblem } from "@gatehouse/sdk/contract";
import { Refusal } from "./refusal.ts";

/** Our own bodies nest four levels. */
const deepest = 32;

/**
 * The value in a body; undefined for an empty one.
 * @throws Refusal request/malformed (400) when it is no JSON or nested too deeply; request/invalid (422) when it isn't
 * UTF-8, or a text in it has a NUL or half a character (a lone surrogate)
 */
export function readJson(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  const text = decode(body);
  const { isTooDeep, twice } = look(text);
  if (isTooDeep) throw malformed(`The body is nested more than ${deepest} levels deep. Flatten it.`);
  const value = parse(text);
  if (twice !== null) throw malformed(`An object has the member ${twice.slice(0, 100)} twice. Send it once.`);
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

/**
 * Looks through a text before anything is built: counts open brackets outside of strings, and notices the first member
 * that stands twice in its object. Which of both counts is for each reader to choose, so it must not be there (RFC 7493).
 */
function look(text: string): { readonly isTooDeep: boolean; readonly twice: string | null } {
  /** Of each open object its members so far; null for an array. */
  const open: (Set<string> | null)[] = [];
  let twice: string | null = null;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index];
    if (sign === "{" || sign === "[") {
      if (open.length === deepest) return { isTooDeep: true, twice };
      open.push(sign === "{" ? new Set() : null);
    } else if (sign === "}" || sign === "]") open.pop();
    else if (sign === '"') {
      const end = endOfString(text, index);
      const members = open.at(-1);
      if (members && isMember(text, end)) {
        const name = unescaped(text.slice(index, end));
        if (members.has(name)) twice ??= name;
        members.add(name);
      }
      index = end - 1;
    }
  }
  return { isTooDeep: false, twice };
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

function refuseBrokenTexts(value: unknown): void {
  const errors = [...brokenTexts(value, [])];
  const [first] = errors;
  if (first === undefined) return;
  throw new Refusal("request/invalid", { detail: `${first.path}: ${first.detail}`, errors });
}

function* brokenTexts(value: unknown, path: readonly string[]): Generator<FieldProblem> {
  if (typeof value === "string" && isBroken(value)) yield brokenAt(path);
  if (typeof value !== "object" || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    if (isBroken(key)) yield brokenAt(path);
    else yield* brokenTexts(part, [...path, key]);
  }
}

function isBroken(text: string): boolean {
  return text.includes("\0") || !text.isWellFormed();
}

function brokenAt(path: readonly string[]): FieldProblem {
  const detail = "Remove characters that are not valid text.";
  return { path: path.join("."), code: "invalid/characters", detail };
}
