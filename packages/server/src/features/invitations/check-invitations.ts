import { compileRoles } from "@gatehouse/access";
import type { CheckInvitationsResult, SendInvitations } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { authorizeRead } from "../../http/authorize-write.ts";
import { findRoles } from "../roles/index.ts";
import { findPending } from "./bulk-queries.ts";
import { explore } from "./explore-wishes.ts";
import { judgeReplacement, readWishes, type Wish } from "./judge-invitations.ts";
import { settingsOf } from "./require-allowed.ts";

/**
 * Says what would become of each address if it were invited now, by the same rules, and writes nothing. It promises
 * nothing either: whoever is invited later is judged again.
 */
export function checkInvitations(
  deps: Pick<Deps, "db" | "clock">,
  actor: AuthenticatedActor,
  request: Pick<SendInvitations, "invitations">,
): Promise<CheckInvitationsResult> {
  const { organizationId } = actor;
  return authorizeRead(deps, actor, async (tx, actor) => {
    const settings = await settingsOf(tx, organizationId);
    const asked = readWishes(request.invitations);
    const { wishes } = await explore(tx, actor, asked, settings.allowedEmailDomains);
    const open = wishes.filter((wish) => wish.verdict === null).map((wish) => wish.email);
    const pending = new Map(
      (await findPending(tx, organizationId, open)).map((invitation) => [
        invitation.email,
        invitation.roleIds,
      ]),
    );
    const roleIds = [...new Set([...pending.values()].flat())];
    const roles = compileRoles(actor.catalogue, await findRoles(tx, organizationId, roleIds));
    return {
      results: wishes.map(({ email, verdict }: Wish): CheckInvitationsResult["results"][number] => {
        const offered = verdict === null ? pending.get(email) : undefined;
        const end = offered === undefined ? verdict : judgeReplacement(actor, offered, roles);
        if (end !== null) return { email, ...end };
        return { email, status: offered === undefined ? "ready" : "replaces" };
      }),
    };
  });
}
