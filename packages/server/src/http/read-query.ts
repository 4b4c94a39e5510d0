/** Checks that a query string is text: whoever parses it puts a replacement character where it is not, and goes on. */
import type { FieldProblem } from "@gatehouse/sdk/contract";
import { Refusal } from "./refusal.ts";
import { shorten } from "./shorten.ts";

const detail = "Write it as UTF-8, percent-encoded.";

/**
 * Refuses an address whose query isn't percent-encoded UTF-8.
 * @throws Refusal request/invalid, naming the parameters
 */
export function refuseUnreadableQuery(url: string): void {
  const start = url.indexOf("?");
  if (start === -1) return;
  const pairs = url.slice(start + 1).split("&");
  const errors = pairs.filter((pair) => !isReadable(pair)).map(problemOf);
  const [first] = errors;
  if (first === undefined) return;
  throw new Refusal("request/invalid", { detail: `${shorten(first.path, 100)}: ${first.detail}`, errors });
}

/** Characters beyond ASCII came as bytes of who knows which encoding. */
function isReadable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return /^[\x21-\x7e]*$/.test(text);
  } catch {
    return false;
  }
}

function problemOf(pair: string): FieldProblem {
  const [name = ""] = pair.split("=", 1);
  return { path: isReadable(name) ? decodeURIComponent(name) : "", code: "invalid/characters", detail };
}
