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
  if (isTooDeep(text)) throw malformed(`The body is nested more than ${deepest} levels deep. Flatten it.`);
  const value = parse(text);
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

/** Counts open brackets outside of strings, so that nothing deep is ever built. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < text.length; index += 1) {
    const sign = text[index];
    if (isInString) {
      if (sign === "\\") index += 1;
      else if (sign === '"') isInString = false;
    } else if (sign === '"') isInString = true;
    else if (sign === "{" || sign === "[") {
      depth += 1;
      if (depth > deepest) return true;
    } else if (sign === "}" || sign === "]") depth -= 1;
  }
  return false;
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
