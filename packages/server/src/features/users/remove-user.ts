import { record } from "../../audit/record.ts";
import type { RowVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { endsOwnAccess } from "../../http/authority.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { stale } from "../../http/common-refusals.ts";
import { endSessionsWithoutUse } from "../sessions/index.ts";
import { deleteUser } from "./queries.ts";
import { explainConflict } from "./refusals.ts";
import { findTarget, isSelf } from "./target.ts";

/**
 * Takes a user out of the organization, with all their grants; somebody who may remove others may also leave. Sessions
 * end at once unless another organization still lets the account in.
 * @throws Refusal not-found, forbidden/grant-ceiling, precondition/failed, users/last-owner
 */
export async function removeUser(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly version: RowVersion },
): Promise<void> {
  const { organizationId } = actor;
  try {
    await authorizeWrite(deps, actor, async (tx, actor) => {
      const { user } = await findTarget(tx, actor, input.userId, deps.clock.now());
      if (user.version !== input.version) throw stale(user.version);
      if (!(await deleteUser(tx, organizationId, user))) throw stale(user.version, 1);
      if (isSelf(actor, user.id)) endsOwnAccess(tx);
      await endSessionsWithoutUse(tx, user.accountId, organizationId);
      const changes = [
        { field: "email", before: user.email, after: null },
        { field: "roles", before: user.grants.map(({ role }) => role.name), after: null },
      ] as const;
      const target = { type: "user", id: user.id, name: user.name };
      await record(deps, tx, actor, [{ action: "users.removed", target, changes }]);
    });
  } catch (error) {
    throw explainConflict(error);
  }
}
