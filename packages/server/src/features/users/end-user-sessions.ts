import { record } from "../../audit/record.ts";
import type { Deps } from "../../deps.ts";
import type { AuthenticatedActor } from "../../http/actor.ts";
import { endsOwnAccess } from "../../http/authority.ts";
import { authorizeWrite } from "../../http/authorize-write.ts";
import { notFound } from "../../http/refusal.ts";
import { endMemberSessions, endSessions } from "../sessions/index.ts";
import { findSessionOwner } from "./user-sessions.ts";

/**
 * Ends one session of a user, or with `sessionId` null all of them: one's own, or those that are this organization's business.
 * A session belongs to the account, so one that ends here ends in the person's other organizations too. Answers whether the actor's own session was among them.
 * @throws Refusal forbidden/permission, forbidden/grant-ceiling, not-found
 */
export async function endUserSessions(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  actor: AuthenticatedActor,
  input: { readonly userId: string; readonly sessionId: string | null },
): Promise<{ readonly isOwnEnded: boolean }> {
  return authorizeWrite(deps, actor, async (tx, actor) => {
    const { user, isOwn: isSelf } = await findSessionOwner(tx, actor, input.userId, deps.clock.now());
    const { accountId } = user;
    const ended = isSelf
      ? await endSessions(tx, accountId, input.sessionId)
      : await endMemberSessions(tx, { organizationId: actor.organizationId, accountId }, input.sessionId);
    if (input.sessionId !== null && ended === 0) throw notFound();
    if (ended > 0) {
      const target = { type: "user", id: user.id, name: user.name };
      const changes = [{ field: "sessions", before: ended, after: 0 }] as const;
      await record(deps, tx, actor, [{ action: "sessions.ended", target, changes }]);
    }
    const isOwn = user.accountId === actor.accountId;
    const isOwnEnded = isOwn && (input.sessionId === null || input.sessionId === actor.sessionId);
    if (isOwnEnded) endsOwnAccess(tx);
    return { isOwnEnded };
  });
}
