/** Checks the encoding of query strings: parsers silently replace invalid bytes. */
import type { FieldProblem } from "@gatehouse/sdk/contract";
import { ApiError } from "../errors/api-error.ts";
import { truncate } from "../truncate.ts";

const detail = "Write it as UTF-8, percent-encoded.";

/**
 * Rejects a URL whose query isn't percent-encoded UTF-8.
 * @throws ApiError request/invalid, naming the parameters
 */
export function rejectInvalidQuery(url: string): void {
  const start = url.indexOf("?");
  if (start === -1) return;
  const pairs = url.slice(start + 1).split("&");
  const errors = pairs.filter((pair) => !isValidEncoding(pair)).map(toFieldProblem);
  const [first] = errors;
  if (first === undefined) return;
  throw new ApiError("request/invalid", { detail: `${truncate(first.path, 100)}: ${first.detail}`, errors });
}

/** Raw characters beyond ASCII are in an unknown encoding. */
function isValidEncoding(text: string): boolean {
  try {
    decodeURIComponent(text);
    return /^[\x21-\x7e]*$/.test(text);
  } catch {
    return false;
  }
}

function toFieldProblem(pair: string): FieldProblem {
  const [name = ""] = pair.split("=", 1);
  return { path: isValidEncoding(name) ? decodeURIComponent(name) : "", code: "invalid/characters", detail };
}
