/** Request headers: If-Match, Idempotency-Key, Last-Event-ID. */
import { createHash } from "node:crypto";
import { type Endpoint, eventPosition } from "@gatehouse/sdk/contract";
import type { FastifyRequest } from "fastify";
import type { RowVersion } from "../db/row-version.ts";
import { ApiError } from "../errors/api-error.ts";
import { truncate } from "../truncate.ts";
import type { Idempotency } from "./idempotency.ts";

/**
 * The version in `If-Match`. Required for PUT, PATCH and DELETE of versioned resources, except for a preview, which
 * changes nothing. Weak tags, lists, `*` and values that we never sent match nothing.
 * @throws ApiError precondition/required, precondition/failed
 */
export function readIfMatch(endpoint: Endpoint, request: FastifyRequest): RowVersion | null {
  if (endpoint.versioned !== true || !["PUT", "PATCH", "DELETE"].includes(endpoint.method)) return null;
  const header = request.headers["if-match"];
  if (header !== undefined) {
    const [, version] = /^"(\d{1,9}(?:-[0-9a-f-]{36})?)"$/.exec(header) ?? [];
    if (version === undefined) throw foreignVersion(header);
    return version;
  }
  if (isPreview(request.query)) return null;
  throw new ApiError("precondition/required", {
    detail: "Send the ETag of the version that you saw as If-Match, so that nobody's change is overwritten.",
  });
}

/** Nobody saved first: the header has no version of this API. */
function foreignVersion(header: string): ApiError {
  return new ApiError("precondition/failed", {
    detail: `If-Match is ${truncate(header, 60)}, which is no ETag of this API. Send the ETag header of the version that you saw as it came: with its quotes, one only, not * and not W/.`,
  });
}

function isPreview(query: unknown): boolean {
  return typeof query === "object" && query !== null && "preview" in query && query.preview === "true";
}

/**
 * The request's `Idempotency-Key` with a hash of method, URL and body; null without the header.
 * @throws ApiError request/invalid for a key that is empty or longer than 255 characters
 */
export function readIdempotencyKey(request: FastifyRequest): Idempotency | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (typeof key !== "string" || !/^[\x21-\x7e]{1,255}$/.test(key))
    throw new ApiError("request/invalid", {
      detail: "Idempotency-Key is 1 to 255 visible ASCII characters. A random UUID is a good one.",
    });
  const content = JSON.stringify([request.method, request.url, request.body ?? null]);
  return { key, requestHash: createHash("sha256").update(content).digest("hex") };
}

/** The position in `Last-Event-ID`; null without one, or for a value that we never sent. */
export function readLastEventId(request: FastifyRequest): string | null {
  const header = request.headers["last-event-id"];
  return eventPosition.safeParse(header).data ?? null;
}
