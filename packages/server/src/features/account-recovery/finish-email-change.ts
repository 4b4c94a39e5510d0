/** Confirms a change of address, and reverts one. */
import { record } from "../../audit/record.ts";
import type { RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import { isUniqueViolation } from "../../db/errors.ts";
import type { Deps } from "../../deps.ts";
import {
  endLinks,
  findAccountByEmail,
  type LinkPurpose,
  type LockedAccount,
  listOrganizations,
  type StoredLink,
} from "../accounts/index.ts";
import { endSessions } from "../sessions/index.ts";
import { setUserEmail } from "../users/index.ts";
import { setAccountEmail } from "./accounts.ts";
import { requireAllowedDomains } from "./change-email.ts";
import { emailTaken } from "./errors.ts";
import { redeemLink } from "./redeem-link.ts";
import { removeFactorsOfOthers } from "./remove-factors-of-others.ts";

type FinishDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue">;

/** The token of a link, and who uses it. */
interface LinkRequest {
  readonly token: string;
  readonly origin: RequestOrigin;
  readonly throttleSource: ThrottleSource;
}

/**
 * Changes the address of the account to the one that the link was sent to, in all of its organizations. Reset links to
 * the old address end.
 * @throws ApiError email-changes/*, throttled
 */
export async function confirmEmailChange(deps: FinishDeps, request: LinkRequest): Promise<void> {
  await withLink(deps, request, "confirm-email", async (tx, account, link) => {
    const now = deps.clock.now();
    await requireAllowedDomains(tx, account.id, link.email);
    await endLinks(tx, account.id, { purposes: ["password-reset", "confirm-email"], now });
    await setAccountEmail(tx, account.id, link.email);
    await changeUsers(
      deps,
      tx,
      { account, email: link.email, origin: request.origin },
      "accounts.email-changed",
    );
  });
}

/**
 * Cancels a change of address that isn't confirmed, or restores the address that the link was sent to. Ends every session,
 * and every link that is newer or was sent to the other address. With the address, second factors go that were added since.
 * @throws ApiError email-changes/*, throttled
 */
export async function cancelEmailChange(deps: FinishDeps, request: LinkRequest): Promise<void> {
  await withLink(deps, request, "undo-email", async (tx, account, link) => {
    const now = deps.clock.now();
    await endSessions(tx, account.id, null);
    await endLinks(tx, account.id, { purposes: ["password-reset", "confirm-email"], now });
    await endLinksToOtherAddresses(tx, account.id, link, now);
    const { origin } = request;
    if (account.email !== link.email) {
      await setAccountEmail(tx, account.id, link.email);
      // The emails about these went to the other address.
      await removeFactorsOfOthers(
        deps,
        tx,
        { account: { ...account, email: link.email }, origin },
        link.createdAt,
      );
    }
    const change = { account, email: link.email, origin };
    await changeUsers(deps, tx, change, "accounts.email-change-undone");
  });
}

/**
 * Restores the address to which a link was sent, and ends the links that later addresses got. False if the address has another
 * account by now.
 */
export async function restoreEmail(
  deps: FinishDeps,
  tx: Tx,
  {
    account,
    link,
    origin,
  }: { readonly account: LockedAccount; readonly link: StoredLink; readonly origin: RequestOrigin },
): Promise<boolean> {
  if (account.email === link.email) return true;
  if ((await findAccountByEmail(tx, link.email)) !== null) return false;
  await endLinksToOtherAddresses(tx, account.id, link, deps.clock.now());
  await setAccountEmail(tx, account.id, link.email);
  await changeUsers(deps, tx, { account, email: link.email, origin }, "accounts.email-change-undone");
  return true;
}

/** Links to restore an even older address stay: the newer change may be one of an attacker, too. */
async function endLinksToOtherAddresses(
  tx: Tx,
  accountId: string,
  { createdAt: since }: StoredLink,
  now: Date,
): Promise<void> {
  await endLinks(tx, accountId, { purposes: ["undo-email", "secure-account"], now, since });
}

/** Uses a link, and explains an address that is taken. */
async function withLink(
  deps: FinishDeps,
  { token, throttleSource }: LinkRequest,
  purpose: LinkPurpose,
  work: (tx: Tx, account: LockedAccount, link: StoredLink) => Promise<void>,
): Promise<void> {
  try {
    await redeemLink(deps, { kind: "email-changes", purpose, token, throttleSource }, work);
  } catch (error) {
    if (isUniqueViolation(error, "accounts_email_key") || isUniqueViolation(error, "users_email_key"))
      throw emailTaken(error);
    throw error;
  }
}

/** A change of the address, and where the request came from. */
interface EmailChange {
  readonly account: LockedAccount;
  readonly email: string;
  readonly origin: RequestOrigin;
}

/** Changes the address of each user of the account, and records it in their organizations. */
async function changeUsers(
  deps: FinishDeps,
  tx: Tx,
  { account, email, origin }: EmailChange,
  action: "accounts.email-changed" | "accounts.email-change-undone",
): Promise<void> {
  const changes =
    account.email === email ? [] : [{ field: "email", before: account.email, after: email } as const];
  for (const { id: organizationId, userId } of await listOrganizations(tx, account.id)) {
    await enterOrganization(tx, organizationId);
    if (changes.length > 0) await setUserEmail(tx, organizationId, { id: userId, email });
    const actor = { type: "user", id: userId, name: account.name, organizationId, origin } as const;
    const target = { type: "account", id: account.id, name: account.name };
    await record(deps, tx, actor, [{ action, target, changes }]);
  }
}
