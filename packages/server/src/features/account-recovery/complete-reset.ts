import { can, mayActOn } from "@gatehouse/access";
import type { RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import { findAuthority, requireUnchangedAuthority } from "../../auth/authority.ts";
import type { Tx } from "../../db/database.ts";
import { enterOrganization } from "../../db/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import {
  checkPassword,
  endLinks,
  findAccount,
  type LockedAccount,
  listOrganizations,
  lockAccount,
  type StoredLink,
} from "../accounts/index.ts";
import { endSessions, enqueueNotice, recordInEveryOrganization } from "../sessions/index.ts";
import { findSubject } from "../users/index.ts";
import { setPasswordHash } from "./accounts.ts";
import { expiredLink, unknownLink } from "./errors.ts";
import { claimVerifiedLink, limitUses, verifyLink } from "./verify-link.ts";

type ResetDeps = Pick<Deps, "db" | "clock" | "ids" | "passwords" | "enqueue">;

const kind = "password-resets";
const purpose = "password-reset";

/**
 * The address of the account whose password a link sets. Changes nothing.
 * @throws ApiError password-resets/unknown, password-resets/used, password-resets/expired, throttled
 */
export async function lookUpPasswordReset(
  deps: Pick<Deps, "db" | "clock">,
  token: string,
  throttleSource: ThrottleSource,
): Promise<{ readonly email: string }> {
  const { email } = await verifyLink(deps, { kind, purpose, token, throttleSource });
  return { email };
}

/**
 * Sets a new password, and ends every session and every other reset link of the account. One of several concurrent
 * requests succeeds. The owner of the address is told by email. No session is opened.
 * @throws ApiError password-resets/*, passwords/*, throttled, busy
 */
export async function completePasswordReset(
  deps: ResetDeps,
  request: {
    readonly token: string;
    readonly password: string;
    readonly origin: RequestOrigin;
    readonly throttleSource: ThrottleSource;
  },
): Promise<void> {
  const { token, password, origin, throttleSource } = request;
  const { accountId } = await verifyLink(deps, { kind, purpose, token, throttleSource });
  await limitUses(deps, { token });
  await checkChoice(deps, accountId, password);
  const passwordHash = await deps.passwords.hash(password, { isKnownDevice: true });
  await deps.db.shared(
    async (tx) => {
      const account = await lockAccount(tx, accountId);
      const now = deps.clock.now();
      const link = await claimVerifiedLink(tx, { kind, purpose, token }, now);
      if (account === null) throw unknownLink(kind);
      if (!(await isStillAllowed(tx, link, now))) throw expiredLink(kind);
      await setPasswordHash(tx, { accountId, passwordHash, now });
      await finishReset(deps, tx, account, origin);
    },
    { system: "the link is the proof" },
  );
}

async function checkChoice(deps: ResetDeps, accountId: string, password: string): Promise<void> {
  const { account, organizations } = await deps.db.shared(
    async (tx) => ({
      account: await findAccount(tx, accountId),
      organizations: await listOrganizations(tx, accountId),
    }),
    { readOnly: true },
  );
  if (account === null) throw unknownLink(kind);
  checkPassword({ password, ...account, organization: organizations.map(({ name }) => name).join(" ") });
}

/**
 * A link that a user manager got sets no password of an account that has joined another organization meanwhile, or that
 * the manager may no longer act on.
 */
async function isStillAllowed(tx: Tx, { accountId, manager }: StoredLink, now: Date): Promise<boolean> {
  if (manager === null) return true;
  const { organizationId } = manager;
  const organizations = await listOrganizations(tx, accountId);
  const [membership] = organizations;
  if (membership === undefined || organizations.some(({ id }) => id !== organizationId)) return false;
  await enterOrganization(tx, organizationId);
  const creator = await findAuthority(tx, organizationId, manager, now);
  if (creator === null || !can(creator, "users:reset-credentials")) return false;
  requireUnchangedAuthority(tx, creator.authority, now);
  const { catalogue, permissions } = creator;
  const target = await findSubject(tx, { organizationId, catalogue, userId: membership.userId, now });
  return target !== null && mayActOn(permissions, target.subject.permissions).allowed;
}

async function finishReset(
  deps: ResetDeps,
  tx: Tx,
  account: LockedAccount,
  origin: RequestOrigin,
): Promise<void> {
  const now = deps.clock.now();
  const ended = await endSessions(tx, account.id, null);
  // The change of address may have been requested by an attacker.
  await endLinks(tx, account.id, { purposes: [purpose, "confirm-email"], now });
  await enqueueNotice(deps, tx, { ...account, sessionId: null }, { type: "password-changed" });
  await recordInEveryOrganization(deps, tx, {
    account,
    origin,
    action: "accounts.password-reset",
    sessionId: null,
    changes: ended === 0 ? [] : [{ field: "sessions", before: ended, after: 0 }],
  });
}
