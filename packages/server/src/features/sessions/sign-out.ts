import type { Deps } from "../../deps.ts";
import type { AccountActor } from "../../http/actor.ts";
import { endsOwnAccess } from "../../http/authority.ts";
import { authorizeAccountWrite } from "../../http/authorize-write.ts";
import { endSessions } from "./queries.ts";
import { recordInEach } from "./record-in-each.ts";

/** Ends this session, or with `everywhere` every session of the account. The next request with its cookie is refused. */
export async function signOut(
  deps: Pick<Deps, "db" | "clock" | "ids">,
  account: AccountActor,
  { everywhere }: { readonly everywhere: boolean },
): Promise<void> {
  await authorizeAccountWrite(deps, account, async (tx, account) => {
    endsOwnAccess(tx);
    await endSessions(tx, account.accountId, everywhere ? null : account.sessionId);
    await recordInEach(deps, tx, {
      account: { id: account.accountId, name: account.name },
      origin: account.origin,
      action: everywhere ? "sessions.ended" : "sessions.signed-out",
      sessionId: everywhere ? null : account.sessionId,
    });
  });
}
