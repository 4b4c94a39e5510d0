/** Authenticates by the headers alone, before the body is read. */
import type { FastifyRequest } from "fastify";
import { explainInvalidKey, parseKeyOrganization } from "../../auth/api-keys.ts";
import { readBearerToken } from "../../auth/authenticate-request.ts";
import { apiKeyStatement } from "../../auth/memberships.ts";
import { publicBodyLimit } from "../../auth/policy.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { hashToken } from "../../ports/secrets.ts";

/**
 * Rejects a request before its body is read unless it has a valid key. For a small body the format of the key is enough: public
 * routes accept as much from anyone, and the key is read later, in one statement with the subjects. For a larger body, or one of
 * unknown length, the key is looked up here and again with the subjects.
 * @throws ApiError auth/required, auth/*-key
 */
export async function preAuthenticate(
  deps: Pick<Deps, "db" | "clock">,
  request: FastifyRequest,
): Promise<void> {
  const bearer = requireBearerToken(request);
  const organizationId = parseKeyOrganization(bearer);
  // Without a length, as in chunks, this is NaN: not small.
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  if (length <= publicBodyLimit) return;
  const query = { secretHash: hashToken(bearer), now: deps.clock.now() };
  const [row] = await deps.db.readInOneRoundTrip(organizationId, apiKeyStatement(organizationId, query));
  if (row === undefined || row.catalogueVersion === null)
    throw await explainInvalidKey(deps, organizationId, query);
}

/**
 * The API key of a request.
 * @throws ApiError auth/required
 */
export function requireBearerToken(request: FastifyRequest): string {
  const bearer = readBearerToken(request);
  if (bearer === null)
    throw new ApiError("auth/required", {
      detail: "This endpoint needs an API key. Send it as Authorization: Bearer ghk_….",
    });
  return bearer;
}
