import type { AccountActor } from "../../auth/actor.ts";
import { authorizeAccountWrite } from "../../auth/authorize-write.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import { ApiError, notFound } from "../../errors/api-error.ts";
import {
  endLinks,
  insertLink,
  type LockedAccount,
  listOrganizations,
  lockAccount,
} from "../accounts/index.ts";
import { getOrganizationSettings, isEmailAllowed, parseAccountEmail } from "../organizations/index.ts";
import {
  addAttempt,
  recordInEveryOrganization,
  requireFreshAuthentication,
  requireWithinLimit,
} from "../sessions/index.ts";
import { domainNotAllowed } from "./errors.ts";

type ChangeDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "enqueue">;

const hour = 3_600_000;
/** How long the link to the new address works. */
const confirmLinkMs = 24 * hour;
/** How long the link to the old address works. */
const undoLinkMs = 7 * 24 * hour;

/**
 * Sends a link to the new address, which changes it, and one to the old address, which cancels or reverts the change.
 * Whether the new address has an account is found out only when the link is used, so that nobody learns it from here.
 * @throws ApiError auth/step-up, email/invalid, email-changes/unchanged, email-changes/domain-not-allowed, throttled
 */
export async function requestEmailChange(
  deps: ChangeDeps,
  actor: AccountActor,
  typed: string,
): Promise<void> {
  await authorizeAccountWrite(deps, actor, async (tx, actor) => {
    const now = deps.clock.now();
    await requireFreshAuthentication(tx, actor, now);
    const email = parseAccountEmail(typed);
    if (email === actor.email) throw unchanged();
    const buckets = [{ name: `change email ${actor.accountId}`, limit: 5 }];
    await requireWithinLimit(tx, buckets, now);
    await addAttempt(tx, buckets, now);
    const account = await lockAccount(tx, actor.accountId);
    if (account === null) throw notFound();
    await requireAllowedDomains(tx, account.id, email);
    await enqueueEmails(deps, tx, account, email);
    await recordInEveryOrganization(deps, tx, {
      account,
      origin: actor.origin,
      action: "accounts.email-change-requested",
      sessionId: null,
    });
  });
}

async function enqueueEmails(
  deps: ChangeDeps,
  tx: Tx,
  { id: accountId, email: oldEmail, language }: LockedAccount,
  newEmail: string,
): Promise<void> {
  const createdAt = deps.clock.now();
  const [confirm, undo] = [
    { id: deps.ids.next(), expiresAt: new Date(createdAt.getTime() + confirmLinkMs) },
    { id: deps.ids.next(), expiresAt: new Date(createdAt.getTime() + undoLinkMs) },
  ];
  await endLinks(tx, accountId, { purposes: ["confirm-email"], now: createdAt });
  const link = { accountId, createdAt };
  await insertLink(tx, deps.secrets, { ...link, ...confirm, purpose: "confirm-email", email: newEmail });
  await insertLink(tx, deps.secrets, { ...link, ...undo, purpose: "undo-email", email: oldEmail });
  await deps.enqueue(tx, [
    {
      kind: "account-mail",
      emailId: confirm.id,
      mail: { type: "confirm-email", email: newEmail, language, expiresAt: confirm.expiresAt.toISOString() },
    },
    {
      kind: "account-mail",
      emailId: undo.id,
      mail: {
        type: "undo-email",
        email: oldEmail,
        newEmail,
        language,
        expiresAt: undo.expiresAt.toISOString(),
      },
    },
  ]);
}

/**
 * Requires that every organization of the account allows the domain of an address. Enters one after the other.
 * @throws ApiError email-changes/domain-not-allowed
 */
export async function requireAllowedDomains(tx: Tx, accountId: string, email: string): Promise<void> {
  for (const { id } of await listOrganizations(tx, accountId)) {
    await enterOrganization(tx, id);
    const organization = await getOrganizationSettings(tx, id);
    if (!isEmailAllowed(email, organization.allowedEmailDomains)) throw domainNotAllowed(organization.name);
  }
}

function unchanged(): ApiError {
  const detail = "You sign in with this address already. Write the new one.";
  return new ApiError("email-changes/unchanged", {
    detail,
    errors: [{ path: "email", code: "email-changes/unchanged", detail }],
  });
}
