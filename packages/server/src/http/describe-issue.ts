/** Says in our own words what is wrong with a value. The library that finds it out has words of its own, which nobody gets to read. */
import type * as z from "zod/mini";
import { shorten } from "./shorten.ts";

/** Why a value is refused: the stable code that a field's problem carries, by the kind that the library names. */
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

const otherwise = "This value can't be used. Choose another.";

/** The stable code of a fault. */
export function codeOfIssue(kind: string | undefined): string {
  return codes[kind ?? ""] ?? "invalid/custom";
}

/** The words for a fault where the contract has none for it. */
export function describeIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `${issue.input === undefined ? "This is missing. " : ""}Send ${typeNamed(issue.expected)}.`;
    case "too_big":
      return `${issue.origin === "string" || issue.origin === "number" ? "Use" : "Send"} ${amount(issue.maximum, issue.origin)} at most.`;
    case "too_small":
      return `${issue.origin === "string" || issue.origin === "number" ? "Use" : "Send"} ${amount(issue.minimum, issue.origin)} at least.`;
    case "invalid_format":
      return formats[issue.format] ?? "This isn't in the form that is expected here. Check it.";
    case "unrecognized_keys":
      return `${named(issue.keys)} is unknown here. Leave it out.`;
    case "invalid_value":
      return `Send ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}.`;
    case "invalid_union":
      return "This has none of the forms that are accepted here. Compare it with the API's description.";
    default:
      return otherwise;
  }
}

const types: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function typeNamed(expected: string): string {
  return types[expected] ?? "a value of another type";
}

const formats: Readonly<Record<string, string>> = {
  uuid: "Send an id: a UUID.",
  datetime: "Send a time as RFC 3339 has it, like 2030-01-31T12:00:00Z.",
  lowercase: "Use lower-case letters.",
};

function amount(limit: number | bigint, origin: string): string {
  const count = limit.toLocaleString("en");
  if (origin === "string") return `${count} ${count === "1" ? "character" : "characters"}`;
  return origin === "array" ? `${count} ${count === "1" ? "element" : "elements"}` : count;
}

/** The first of some names, and how many more there are. */
function named(keys: readonly string[]): string {
  const first = JSON.stringify(shorten(keys[0] ?? "", 100));
  return keys.length > 1 ? `${first} (and ${keys.length - 1} more)` : first;
}
