import { type AuditEntry, record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import { enterOrganization } from "../../database/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import type { RequestOrigin } from "../../http/actor.ts";
import { listOrganizations } from "../accounts/index.ts";

/** What an account did with its sessions or its password. */
export interface OwnEvent extends Pick<AuditEntry, "changes"> {
  readonly account: { readonly id: string; readonly name: string };
  readonly origin: RequestOrigin;
  readonly action:
    | "sessions.signed-in"
    | "sessions.signed-out"
    | "sessions.ended"
    | "accounts.password-changed";
  /** Null for several. */
  readonly sessionId: string | null;
}

/**
 * What somebody does with their own way in concerns every organization where the account is an active user: the log of
 * each says so. The transaction enters one after the other, so this comes last.
 */
export async function recordInEach(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  { account, origin, action, sessionId, changes = [] }: OwnEvent,
): Promise<void> {
  const target =
    action === "accounts.password-changed"
      ? { type: "account", id: account.id, name: account.name }
      : { type: "session", id: sessionId, name: account.name };
  for (const { id, userId, status } of await listOrganizations(tx, account.id)) {
    if (status !== "active") continue;
    await enterOrganization(tx, id);
    const actor = { type: "user", id: userId, name: account.name, organizationId: id, origin } as const;
    await record(deps, tx, actor, [{ action, target, changes }]);
  }
}
