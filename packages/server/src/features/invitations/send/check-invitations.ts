import { compileRoles } from "@gatehouse/access";
import type { CheckInvitationsResult, SendInvitations } from "@gatehouse/sdk/contract";
import type { AuthenticatedActor } from "../../../auth/actor.ts";
import { authorizeRead } from "../../../auth/authorize-write.ts";
import type { Deps } from "../../../deps.ts";
import { findRoles } from "../../roles/index.ts";
import { findPending } from "../queries.ts";
import { loadContext } from "./load-context.ts";
import { parseRequests, validateInvitations, validateReplacement } from "./validate-invitations.ts";

/**
 * Returns for each address what inviting it now would do, by the rules of `sendInvitations`, and writes nothing. The
 * result guarantees nothing: sending validates again.
 */
export function checkInvitations(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  request: Pick<SendInvitations, "invitations">,
): Promise<CheckInvitationsResult> {
  const { organizationId } = actor;
  return authorizeRead(deps, actor, async (tx, actor) => {
    const parsed = parseRequests(request.invitations);
    const requests = validateInvitations(actor, parsed, await loadContext(tx, actor, parsed));
    const emails = requests.filter(({ rejection }) => rejection === null).map(({ email }) => email);
    const found = await findPending(tx, organizationId, emails);
    const pending = new Map(found.map(({ email, roleIds }) => [email, roleIds]));
    const roleIds = [...new Set([...pending.values()].flat())];
    const roles = compileRoles(actor.catalogue, await findRoles(tx, organizationId, roleIds));
    return {
      results: requests.map((one): CheckInvitationsResult["results"][number] => {
        const { email } = one;
        const pendingRoles = one.rejection === null ? pending.get(email) : undefined;
        const rejection =
          pendingRoles === undefined ? one.rejection : validateReplacement(actor, pendingRoles, roles);
        if (rejection !== null) return { email, ...rejection };
        return { email, status: pendingRoles === undefined ? "ready" : "replaces" };
      }),
    };
  });
}
