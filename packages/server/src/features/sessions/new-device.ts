/** The email about a sign-in from a browser that the account hasn't signed in with before. */
import type { RequestOrigin } from "../../auth/actor.ts";
import { toNetwork } from "../../auth/client-address.ts";
import type { Tx } from "../../db/database.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import type { StoredAccount } from "../accounts/index.ts";
import { listSuccesses } from "./sign-in-history.ts";

const quarterMs = 15 * 60_000;

const dayMs = 24 * 3_600_000;

/** Most emails to one account in 15 minutes: five are enough to warn the person. */
const maxEmails = 5;

/**
 * Enqueues the email, unless it is the first sign-in of a new account: an old one may have no sign-in in the history, because nobody
 * has used it for 90 days. Call it before the sign-in is added to the history. The email
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
  if (recent.length >= maxEmails) return;
  if (before.length === 0 && (await isNewAccount(tx, account.id, now))) return;
  const network = toNetwork(ip);
  const { id: accountId, email, language } = account;
  const mail = {
    type: "new-device",
    accountId,
    email,
    language,
    at: now.toISOString(),
    since: now.toISOString(),
    ip,
    userAgent,
    isNewNetwork: !before.some((known) => toNetwork(known.ip) === network),
  } as const;
  await deps.enqueue(tx, [{ kind: "account-mail", emailId: deps.ids.next(), mail }]);
}

async function isNewAccount(tx: Tx, accountId: string, now: Date): Promise<boolean> {
  const since = new Date(now.getTime() - dayMs);
  const { rows } = await tx.query(sql`
    SELECT 1 FROM accounts WHERE account_id = ${accountId} AND created_at > ${since}`);
  return rows.length === 1;
}
