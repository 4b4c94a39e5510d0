/** The email about a sign-in from a browser that the account hasn't signed in with before. */
import type { RequestOrigin } from "../../auth/actor.ts";
import { toNetwork } from "../../auth/client-address.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { StoredAccount } from "../accounts/index.ts";
import { listSuccesses } from "./sign-in-history.ts";

/** How long the link "That wasn't me" works. */
const linkMs = 7 * 24 * 3_600_000;

const quarterMs = 15 * 60_000;

/** Emails to one account in 15 minutes. Whoever has seen five knows. */
const maxEmails = 5;

/**
 * Enqueues the email, unless it is the first sign-in of the account. Call it before the sign-in is added to the history. The email
 * names the address and whether the account has signed in from its network before; Gatehouse has no table of places.
 */
export async function enqueueNewDeviceMail(
  deps: Pick<Deps, "clock" | "ids" | "enqueue">,
  tx: Tx,
  account: StoredAccount,
  { ip, userAgent }: Pick<RequestOrigin, "ip" | "userAgent">,
): Promise<void> {
  const now = deps.clock.now();
  const before = await listSuccesses(tx, account.id);
  const recent = before.filter(({ at }) => now.getTime() - at.getTime() < quarterMs);
  if (before.length === 0 || recent.length >= maxEmails) return;
  const network = toNetwork(ip);
  const { email, language } = account;
  const mail = {
    type: "new-device",
    email,
    language,
    at: now.toISOString(),
    expiresAt: new Date(now.getTime() + linkMs).toISOString(),
    ip,
    userAgent,
    isNewNetwork: !before.some((known) => toNetwork(known.ip) === network),
  } as const;
  await deps.enqueue(tx, [{ kind: "account-mail", emailId: deps.ids.next(), mail }]);
}
