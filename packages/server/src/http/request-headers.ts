/** The headers that carry a condition or a key. */
import { createHash } from "node:crypto";
import { type Endpoint, eventPosition } from "@gatehouse/sdk/contract";
import type { FastifyRequest } from "fastify";
import { noVersion, type RowVersion } from "../database/row-version.ts";
import type { Idempotency } from "./idempotency.ts";
import { Refusal } from "./refusal.ts";

/**
 * The version that the caller saw. Needed for PUT, PATCH and DELETE of a versioned thing, except for a preview, which changes
 * nothing. Weak tags, lists, `*` and anything else that we never gave match nothing.
 * @throws Refusal precondition/required
 */
export function ifMatchOf(endpoint: Endpoint, request: FastifyRequest): RowVersion | null {
  if (endpoint.versioned !== true || !["PUT", "PATCH", "DELETE"].includes(endpoint.method)) return null;
  const header = request.headers["if-match"];
  if (header !== undefined) {
    return /^"(\d{1,9}(?:-[0-9a-f-]{36})?)"$/.exec(header)?.[1] ?? noVersion;
  }
  if (isPreview(request.query)) return null;
  throw new Refusal("precondition/required", {
    detail: "Send the ETag of the version that you saw as If-Match, so that nobody's change is overwritten.",
  });
}

function isPreview(query: unknown): boolean {
  return typeof query === "object" && query !== null && "preview" in query && query.preview === "true";
}

/**
 * The request's `Idempotency-Key` with a hash of method, address and body; null without the header.
 * @throws Refusal request/invalid for a key that is empty or longer than 255 characters
 */
export function idempotencyOf(request: FastifyRequest): Idempotency | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new Refusal("request/invalid", {
      detail: "Idempotency-Key is 1 to 255 visible ASCII characters. A random UUID is a good one.",
    });
  const asked = JSON.stringify([request.method, request.url, request.body ?? null]);
  return { key, requestHash: createHash("sha256").update(asked).digest("hex") };
}

/** The position in `Last-Event-ID`; null without one, or for a text that we never gave. */
export function lastEventIdOf(request: FastifyRequest): string | null {
  const header = request.headers["last-event-id"];
  return eventPosition.safeParse(header).data ?? null;
}
