/** Validation messages in our own words instead of the library's. */
import type * as z from "zod/mini";
import { truncate } from "../truncate.ts";

/** The stable code of a field's problem, by zod's issue code. */
const codes: Readonly<Record<string, string>> = {
  invalid_type: "invalid/invalid-type",
  too_big: "invalid/too-big",
  too_small: "invalid/too-small",
  invalid_format: "invalid/invalid-format",
  not_multiple_of: "invalid/not-multiple-of",
  unrecognized_keys: "invalid/unrecognized-keys",
  invalid_union: "invalid/invalid-union",
  invalid_key: "invalid/invalid-key",
  invalid_element: "invalid/invalid-element",
  invalid_value: "invalid/invalid-value",
};

const fallback = "This value can't be used. Choose another.";

/** The stable code of an issue. */
export function toIssueCode(kind: string | undefined): string {
  return codes[kind ?? ""] ?? "invalid/custom";
}

/** The message of an issue for which the contract has none of its own. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "This is missing. " : ""}Send ${describeType(issue.expected)}.`;
    case "too_big":
      return `${issue.origin === "string" || issue.origin === "number" ? "Use" : "Send"} ${formatAmount(issue.maximum, issue.origin)} at most.`;
    case "too_small":
      return `${issue.origin === "string" || issue.origin === "number" ? "Use" : "Send"} ${formatAmount(issue.minimum, issue.origin)} at least.`;
    case "invalid_format":
      return formats[issue.format] ?? "This isn't in the form that is expected here. Check it.";
    case "unrecognized_keys":
      return `${describeKeys(issue.keys)} is unknown here. Leave it out.`;
    case "invalid_value":
      return `Send ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}.`;
    case "invalid_union":
      return "This has none of the forms that are accepted here. Compare it with the API's description.";
    default:
      return fallback;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function describeType(expected: string): string {
  return typeNames[expected] ?? "a value of another type";
}

const formats: Readonly<Record<string, string>> = {
  uuid: "Send an id: a UUID.",
  datetime: "Send a time as RFC 3339 has it, like 2030-01-31T12:00:00Z.",
  lowercase: "Use lower-case letters.",
};

function formatAmount(limit: number | bigint, origin: string): string {
  const count = limit.toLocaleString("en");
  if (origin === "string") return `${count} ${count === "1" ? "character" : "characters"}`;
  return origin === "array" ? `${count} ${count === "1" ? "element" : "elements"}` : count;
}

/** The first of some names, and the number of others. */
function describeKeys(keys: readonly string[]): string {
  const first = JSON.stringify(truncate(keys[0] ?? "", 100));
  return keys.length > 1 ? `${first} (and ${keys.length - 1} more)` : first;
}
