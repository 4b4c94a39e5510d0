/** Who may send how large a body, found out from the headers: a body that is refused is never read. */
import type { FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import { readBearer } from "../../http/authenticate.ts";
import { organizationOfKey, refusalOfKey } from "../../http/keys.ts";
import { apiKeyStatement } from "../../http/memberships.ts";
import { publicBodyLimit } from "../../http/policy.ts";
import { Refusal } from "../../http/refusal.ts";
import { hashToken } from "../../ports/secrets.ts";

/**
 * Refuses a body before it is read unless a key that counts comes with it. For a small body it is enough that the key has the
 * form of one: anybody may send as much to a public route, and the key is read from the database together with the question,
 * in one statement. For a larger one, or one of unknown length, the key is looked up first; it is read again with the question.
 * @throws Refusal auth/required, auth/*-key
 */
export async function admitBody(deps: Pick<Deps, "db" | "clock">, request: FastifyRequest): Promise<void> {
  const bearer = requireBearer(request);
  const own = organizationOfKey(bearer);
  // Without a length, as in chunks, this is NaN: not small.
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  if (length <= publicBodyLimit) return;
  const query = { secretHash: hashToken(bearer), now: deps.clock.now() };
  const [row] = await deps.db.lookUp(own, apiKeyStatement(own, query));
  if (row === undefined || row.catalogueVersion === null) throw await refusalOfKey(deps, own, query);
}

/**
 * The API key of a request, as it was sent.
 * @throws Refusal auth/required
 */
export function requireBearer(request: FastifyRequest): string {
  const bearer = readBearer(request);
  if (bearer === null)
    throw new Refusal("auth/required", {
      detail: "Only API keys may ask here. Send one as Authorization: Bearer ghk_….",
    });
  return bearer;
}
