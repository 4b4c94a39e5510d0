import type { EnteredView } from "@gatehouse/sdk/contract";
import { record } from "../../../audit/record.ts";
import type { AccountActor, RequestOrigin, ThrottleSource } from "../../../auth/actor.ts";
import { reloadAccount } from "../../../auth/authorize-write.ts";
import type { OpenedSession } from "../../../auth/cookies.ts";
import type { Tx } from "../../../db/database.ts";
import { isForeignKeyViolation, isUniqueViolation } from "../../../db/errors.ts";
import { sql } from "../../../db/sql.ts";
import type { Deps } from "../../../deps.ts";
import { findAccountByEmail, insertAccount, type StoredAccount } from "../../accounts/index.ts";
import { countAttempt, loadSessionView, openSession, rememberDevice } from "../../sessions/index.ts";
import { createReminderJobs, insertUsers, type NewUser } from "../../users/index.ts";
import {
  accessEnded,
  alreadyUser,
  externalIdTaken,
  findLinkError,
  inviterLostAccess,
  roleGone,
  signInFirst,
  unknownLink,
} from "../errors.ts";
import { computeRoleEnd, listLiveRoles } from "../invitation-state.ts";
import type { TokenClaims } from "../link-token.ts";
import { findInvitation, type InvitationKey, type StoredInvitation } from "../queries.ts";
import { canInviterStillGrant } from "./inviter-permissions.ts";
import { requireAllowedDomain, verifyLink } from "./look-up-invitation.ts";
import { type NewAccount, prepareNewAccount, requireMatchingAccount } from "./new-account.ts";

/** A request to accept: name and password for a new account, only the token for the signed-in account. */
export interface AcceptRequest {
  readonly token: string;
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly session: AccountActor | null;
  readonly origin: RequestOrigin;
  readonly throttleSource: ThrottleSource;
}

/** The response and the cookies. */
interface Accepted {
  readonly view: EnteredView;
  readonly session: OpenedSession;
  readonly devices: string;
}

/** The account that accepts: an existing one that is signed in, or a new one. */
type AcceptingAccount = NewAccount | { readonly session: AccountActor; readonly account: StoredAccount };

type AcceptDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords" | "enqueue">;

/**
 * Creates a user with exactly the roles of the invitation, and signs them in. One transaction accepts the invitation, so
 * one of several concurrent requests succeeds; a failed request leaves the invitation unchanged.
 * @throws ApiError not-found, throttled, request/invalid, passwords/*, busy and every `invitations/*` code of a link
 */
export async function acceptInvitation(deps: AcceptDeps, request: AcceptRequest): Promise<Accepted> {
  const link = await verifyLink(deps, request.token, request.throttleSource);
  await limitAttempts(deps, link, request.throttleSource);
  const accepting = await prepareAccount(deps, link, request);
  return deps.db.tenant(
    link.organizationId,
    async (tx) => {
      // `openSession` ends this session, and fails if it has ended meanwhile.
      const account =
        "session" in accepting
          ? { ...accepting, session: await reloadAccount(deps, tx, accepting.session) }
          : accepting;
      return addInvitedUser(deps, tx, link, account, request);
    },
    { system: "the link is the proof" },
  );
}

/** Limits requests with valid tokens, because each may hash a password. The limit of a network is high: an office may join at once. */
async function limitAttempts(
  deps: AcceptDeps,
  link: TokenClaims,
  { network }: ThrottleSource,
): Promise<void> {
  const perLink = { name: `accept invitation ${link.invitationId}`, limit: 20 };
  const perNetwork = { name: `accept network ${network}`, limit: 500, shardBy: link.invitationId };
  await countAttempt(deps, network === null ? [perLink] : [perLink, perNetwork]);
}

/** All checks that need no write, and the slow hash of a new password. */
async function prepareAccount(
  deps: AcceptDeps,
  link: TokenClaims,
  request: AcceptRequest,
): Promise<AcceptingAccount> {
  const offer = await deps.db.tenant(
    link.organizationId,
    async (tx) => {
      const invitation = await findInvitation(tx, link);
      if (invitation === null) throw unknownLink();
      const error = findLinkError(invitation, link.generation, deps.clock.now());
      if (error !== null) throw error;
      const organization = await requireAllowedDomain(tx, link.organizationId, invitation.email);
      await requireStillValid(tx, link.organizationId, invitation, deps.clock.now());
      return {
        email: invitation.email,
        language: invitation.language,
        organization,
        account: await findAccountByEmail(tx, invitation.email),
      };
    },
    // One snapshot: of several concurrent requests the slower ones must see the used link, not only the new account.
    { readOnly: true, isolation: "repeatable read" },
  );
  if (request.session !== null) {
    const session = requireMatchingAccount(request.session, offer.email, request);
    if (offer.account === null) throw signInFirst(offer.email);
    return { session, account: offer.account };
  }
  if (offer.account !== null) throw signInFirst(offer.email);
  return prepareNewAccount(deps, offer, request);
}

async function addInvitedUser(
  deps: AcceptDeps,
  tx: Tx,
  link: TokenClaims,
  accepting: AcceptingAccount,
  { origin, throttleSource }: AcceptRequest,
): Promise<Accepted> {
  const { organizationId } = link;
  const now = deps.clock.now();
  const userId = deps.ids.next();
  const invitation = await claimInvitation(tx, link, userId, now);
  await requireStillValid(tx, organizationId, invitation, now);
  const account = await getOrCreateAccount(deps, tx, accepting, now);
  const grants = listLiveRoles(invitation.roles, now).map((role) => ({
    roleId: role.id,
    grantedBy: invitation.invitedBy,
    grantedAt: now,
    expiresAt: computeRoleEnd(role, now),
  }));
  await insertUser(tx, { organizationId, userId, account, invitation, grants, now });
  await deps.enqueue(tx, createReminderJobs(deps, { organizationId, userId, now }, grants));

  const replaces = "session" in accepting ? accepting.session.sessionId : undefined;
  const session = await openSession(deps, tx, {
    accountId: account.id,
    origin,
    method: "invitation",
    twoFactor: false,
    replaces,
  });
  const view = await loadSessionView(tx, account, session.expiresAt);
  const actor = { type: "user", id: userId, name: account.name, organizationId, origin } as const;
  const roles = listLiveRoles(invitation.roles, now).map((role) => role.name);
  await record(deps, tx, actor, [
    {
      action: "invitations.accepted",
      target: { type: "invitation", id: invitation.id, name: invitation.email },
    },
    {
      action: "users.joined",
      target: { type: "user", id: userId, name: account.name },
      changes: [{ field: "roles", before: null, after: roles }],
    },
  ]);
  const devices = rememberDevice(deps.secrets, throttleSource.devices, account);
  return { view: { ...view, organizationId, userId }, session, devices };
}

/** Marks the invitation accepted. The second of two concurrent requests gets the error of its new state. */
async function claimInvitation(
  tx: Tx,
  link: TokenClaims,
  userId: string,
  now: Date,
): Promise<StoredInvitation> {
  const hasAccepted = await markAccepted(tx, link, { generation: link.generation, userId, now });
  const invitation = await findInvitation(tx, link);
  if (invitation === null) throw unknownLink();
  if (!hasAccepted) throw findLinkError(invitation, link.generation, now) ?? unknownLink();
  return invitation;
}

async function requireStillValid(
  tx: Tx,
  organizationId: string,
  invitation: StoredInvitation,
  now: Date,
): Promise<void> {
  await requireAllowedDomain(tx, organizationId, invitation.email);
  const next = "Ask the person who invited you for a new invitation.";
  if (invitation.roles.length === 0) throw roleGone(next);
  if (listLiveRoles(invitation.roles, now).length === 0) throw accessEnded(next);
  if (!(await canInviterStillGrant(tx, { organizationId, now }, invitation)))
    throw inviterLostAccess(invitation.invitedBy.name);
}

async function getOrCreateAccount(
  deps: AcceptDeps,
  tx: Tx,
  accepting: AcceptingAccount,
  now: Date,
): Promise<StoredAccount> {
  if ("session" in accepting) return accepting.account;
  const account = { ...accepting, id: deps.ids.next(), twoFactor: false };
  // The account was created meanwhile, by accepting the invitation of another organization.
  if (!(await insertAccount(tx, { ...account, createdAt: now }))) throw signInFirst(account.email);
  return account;
}

async function insertUser(
  tx: Tx,
  joined: {
    readonly organizationId: string;
    readonly userId: string;
    readonly account: StoredAccount;
    readonly invitation: StoredInvitation;
    readonly grants: NewUser["grants"];
    readonly now: Date;
  },
): Promise<void> {
  const { account, invitation, grants, now } = joined;
  const { invitedBy } = invitation;
  const { name, email } = account;
  try {
    await insertUsers(tx, joined.organizationId, [
      {
        id: joined.userId,
        accountId: account.id,
        name,
        email,
        externalId: invitation.externalId,
        createdAt: now,
        invitedBy,
        grants,
      },
    ]);
  } catch (error) {
    if (isUniqueViolation(error, "users_account_key") || isUniqueViolation(error, "users_email_key"))
      throw alreadyUser(email);
    if (isUniqueViolation(error, "users_external_id_key")) throw externalIdTaken(invitation.invitedBy.name);
    if (isForeignKeyViolation(error, "user_roles"))
      throw roleGone("Ask the person who invited you for a new invitation.");
    throw error;
  }
}

/** Sets a pending invitation to accepted. True for one of several concurrent calls, and only before the expiry. */
async function markAccepted(
  tx: Tx,
  key: InvitationKey,
  use: { readonly generation: number; readonly userId: string; readonly now: Date },
): Promise<boolean> {
  const { rows } = await tx.query(sql`
    UPDATE invitations SET status = 'accepted', accepted_at = ${use.now}, accepted_by = ${use.userId}
    WHERE organization_id = ${key.organizationId} AND invitation_id = ${key.invitationId} AND status = 'pending'
      AND generation = ${use.generation} AND expires_at > ${use.now}
    RETURNING invitation_id`);
  return rows.length === 1;
}
