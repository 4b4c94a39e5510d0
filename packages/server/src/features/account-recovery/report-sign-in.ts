/** "That wasn't me": the link of the emails about what somebody else may have done. */
import type { RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import type { Deps } from "../../deps.ts";
import { endLinks } from "../accounts/index.ts";
import { endSessions, recordInEveryOrganization } from "../sessions/index.ts";
import { disablePassword } from "./accounts.ts";
import { restoreEmail } from "./finish-email-change.ts";
import { redeemLink } from "./redeem-link.ts";
import { removeFactorsOfOthers } from "./remove-factors-of-others.ts";
import { resetLinkMs } from "./request-reset.ts";
import { limitUses, verifyLink } from "./verify-link.ts";

/**
 * Ends every session, every device cookie and the password, which somebody else knows, and sends the person a link to set a new
 * one. What the session that acted has added goes, too: second factors, and another address. Earlier factors stay.
 * @throws ApiError sign-ins/unknown, sign-ins/used, sign-ins/expired, throttled, busy
 */
export async function reportSignIn(
  deps: Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords" | "enqueue">,
  request: {
    readonly token: string;
    readonly origin: RequestOrigin;
    readonly throttleSource: ThrottleSource;
  },
): Promise<void> {
  const { token, origin, throttleSource } = request;
  const presented = { kind: "sign-ins", purpose: "secure-account", token, throttleSource } as const;
  await verifyLink(deps, presented); // before hashing
  await limitUses(deps, { token });
  const unusableHash = await deps.passwords.hash(deps.secrets.token(), { isKnownDevice: true });
  await redeemLink(deps, presented, async (tx, account, link) => {
    const now = deps.clock.now();
    const ended = await endSessions(tx, account.id, null);
    await disablePassword(tx, account.id, unusableHash);
    // A reset or a change of address may have been requested by the other person.
    await endLinks(tx, account.id, { purposes: ["password-reset", "confirm-email"], now });
    // Those of earlier emails stay: they may be about something else that somebody did.
    await endLinks(tx, account.id, { purposes: ["secure-account"], now, since: link.createdAt });
    const owner = { account: { ...account, email: link.email }, origin };
    await removeFactorsOfOthers(deps, tx, owner, link.removesSince ?? link.createdAt);
    if (await restoreEmail(deps, tx, { account, link, origin })) {
      const expiresAt = new Date(now.getTime() + resetLinkMs).toISOString();
      const mail = { type: "password-reset", email: link.email, expiresAt, organization: null } as const;
      await deps.enqueue(tx, [{ kind: "account-mail", emailId: deps.ids.next(), mail }]);
    }
    await recordInEveryOrganization(deps, tx, {
      account,
      origin,
      action: "accounts.secured",
      sessionId: null,
      changes: ended === 0 ? [] : [{ field: "sessions", before: ended, after: 0 }],
    });
  });
}
