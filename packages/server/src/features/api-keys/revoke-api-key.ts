import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { notFound } from "../../http/refusal.ts";
import { requirePerson } from "./issue-api-key.ts";
import { hasKey, revokeStoredKey } from "./queries.ts";

/**
 * Revokes a key, whoever made it: who finds a key where it doesn't belong must be able to stop it, however much it may
 * do. One that is revoked already stays as it is.
 * @throws Refusal api-keys/by-key, not-found
 */
export async function revokeApiKey(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  apiKeyId: string,
): Promise<void> {
  requirePerson(actor);
  const { organizationId } = actor;
  await authorizeWrite(deps, actor, async (tx, actor) => {
    const name = await revokeStoredKey(tx, organizationId, { id: apiKeyId, now: deps.clock.now() });
    if (name === null && !(await hasKey(tx, organizationId, apiKeyId))) throw notFound();
    if (name === null) return;
    await record(deps, tx, actor, [
      { action: "api-keys.revoked", target: { type: "api-key", id: apiKeyId, name } },
    ]);
  });
}
