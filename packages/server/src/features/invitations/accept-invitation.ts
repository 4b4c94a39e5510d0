import type { EnteredView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import { isForeignKeyViolation, isUniqueViolation } from "../../database/errors.ts";
import type { Deps } from "../../deps.ts";
import type { AccountActor, Caller, RequestOrigin } from "../../http/actor.ts";
import { readAccountAgain } from "../../http/authorize-write.ts";
import type { OpenedSession } from "../../http/cookies.ts";
import { findAccountByEmail, insertAccount, type StoredAccount } from "../accounts/index.ts";
import { countTry, openSession, rememberDevice, viewSession } from "../sessions/index.ts";
import { insertUsers } from "../users/index.ts";
import { mayStillGive } from "./inviter-rights.ts";
import { type Newcomer, prepareNewcomer, requireOwnAccount } from "./newcomer.ts";
import { consumeInvitation, findInvitation, type StoredInvitation } from "./queries.ts";
import { readLink } from "./read-link.ts";
import { alreadyUser, inviterLostAccess, roleGone, signInFirst, unknownLink, whyDead } from "./refusals.ts";
import { requireAllowed } from "./require-allowed.ts";
import type { TokenSubject } from "./rules.ts";

/** What somebody who opened a link sends: name and password for a new account, nothing more for the one they are signed in to. */
export interface Acceptance {
  readonly token: string;
  readonly name?: string | undefined;
  readonly password?: string | undefined;
  readonly session: AccountActor | null;
  readonly origin: RequestOrigin;
  readonly caller: Caller;
}

/** What the person is answered, and what their browser keeps. */
interface Accepted {
  readonly view: EnteredView;
  readonly session: OpenedSession;
  readonly devices: string;
}

/** The account that joins: one that exists and is signed in, or one that this acceptance makes. */
type Joining = Newcomer | { readonly session: AccountActor; readonly account: StoredAccount };

type AcceptDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords">;

/**
 * Makes the invited person a user with exactly the roles of the invitation, and signs them in. One transaction consumes
 * the link, so of several who try at once one succeeds; whatever is refused leaves the invitation as it was.
 * @throws Refusal not-found, throttled, request/invalid, passwords/*, busy and every `invitations/*` code of a link
 */
export async function acceptInvitation(deps: AcceptDeps, acceptance: Acceptance): Promise<Accepted> {
  const link = await readLink(deps, acceptance.token, acceptance.caller);
  await countAcceptance(deps, link, acceptance.caller);
  const joining = await recognise(deps, link, acceptance);
  return deps.db.tenant(
    link.organizationId,
    async (tx) => {
      // Its end in `openSession` fails if somebody else ended it meanwhile.
      const current =
        "session" in joining
          ? { ...joining, session: await readAccountAgain(deps, tx, joining.session) }
          : joining;
      return join(deps, tx, link, current, acceptance);
    },
    { system: "the link is the proof" },
  );
}

/** Tries with genuine links, whatever becomes of them: each may cost a hash. Few for one link, many for an office that joins at once. */
async function countAcceptance(deps: AcceptDeps, link: TokenSubject, { network }: Caller): Promise<void> {
  const ofLink = { name: `accept invitation ${link.invitationId}`, limit: 20 };
  const ofNetwork = { name: `accept network ${network}`, limit: 500, spreadBy: link.invitationId };
  await countTry(deps, network === null ? [ofLink] : [ofLink, ofNetwork]);
}

/** Everything that can be refused before the link is used up, and the slow hash of a new password. */
async function recognise(deps: AcceptDeps, link: TokenSubject, acceptance: Acceptance): Promise<Joining> {
  const offer = await deps.db.tenant(
    link.organizationId,
    async (tx) => {
      const invitation = await findInvitation(tx, link);
      if (invitation === null) throw unknownLink();
      const dead = whyDead(invitation, link.generation, deps.clock.now());
      if (dead !== null) throw dead;
      const organization = await requireAllowed(tx, link.organizationId, invitation.email);
      await requireStanding(tx, link.organizationId, invitation, deps.clock.now());
      return {
        email: invitation.email,
        language: invitation.language,
        organization,
        account: await findAccountByEmail(tx, invitation.email),
      };
    },
    { readOnly: true },
  );
  if (acceptance.session !== null) {
    const session = requireOwnAccount(acceptance.session, offer.email, acceptance);
    if (offer.account === null) throw signInFirst(offer.email);
    return { session, account: offer.account };
  }
  if (offer.account !== null) throw signInFirst(offer.email);
  return prepareNewcomer(deps, offer, acceptance);
}

async function join(
  deps: AcceptDeps,
  tx: Tx,
  link: TokenSubject,
  joining: Joining,
  { origin, caller }: Acceptance,
): Promise<Accepted> {
  const { organizationId } = link;
  const now = deps.clock.now();
  const userId = deps.ids.next();
  const invitation = await consume(tx, link, userId, now);
  await requireStanding(tx, organizationId, invitation, now);
  const account = await accountOf(deps, tx, joining, now);
  await addUser(tx, { organizationId, userId, account, invitation, now });

  const replaces = "session" in joining ? joining.session.sessionId : undefined;
  const session = await openSession(deps, tx, { accountId: account.id, origin, replaces });
  const view = await viewSession(tx, account, session.expiresAt);
  const actor = { type: "user", id: userId, name: account.name, organizationId, origin } as const;
  const roles = invitation.roles.map((role) => role.name);
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
  const devices = rememberDevice(deps.secrets, caller.devices, account);
  return { view: { ...view, organizationId, userId }, session, devices };
}

/** Uses the link up. Whoever comes second learns what became of it. */
async function consume(tx: Tx, link: TokenSubject, userId: string, now: Date): Promise<StoredInvitation> {
  const isMine = await consumeInvitation(tx, link, { generation: link.generation, userId, now });
  const invitation = await findInvitation(tx, link);
  if (invitation === null) throw unknownLink();
  if (!isMine) throw whyDead(invitation, link.generation, now) ?? unknownLink();
  return invitation;
}

async function requireStanding(
  tx: Tx,
  organizationId: string,
  invitation: StoredInvitation,
  now: Date,
): Promise<void> {
  await requireAllowed(tx, organizationId, invitation.email);
  if (invitation.roles.length === 0) throw roleGone("Ask the person who invited you for a new invitation.");
  if (!(await mayStillGive(tx, { organizationId, now }, invitation)))
    throw inviterLostAccess(invitation.invitedBy.name);
}

async function accountOf(deps: AcceptDeps, tx: Tx, joining: Joining, now: Date): Promise<StoredAccount> {
  if ("session" in joining) return joining.account;
  const account = { ...joining, id: deps.ids.next() };
  // Somebody accepted another organization's invitation for this address since we looked.
  if (!(await insertAccount(tx, { ...account, createdAt: now }))) throw signInFirst(account.email);
  return account;
}

async function addUser(
  tx: Tx,
  joined: {
    readonly organizationId: string;
    readonly userId: string;
    readonly account: StoredAccount;
    readonly invitation: StoredInvitation;
    readonly now: Date;
  },
): Promise<void> {
  const { account, invitation, now } = joined;
  const { invitedBy } = invitation;
  const grants = invitation.roles.map((role) => ({ roleId: role.id, grantedBy: invitedBy, grantedAt: now }));
  const { name, email } = account;
  try {
    await insertUsers(tx, joined.organizationId, [
      { id: joined.userId, accountId: account.id, name, email, createdAt: now, invitedBy, grants },
    ]);
  } catch (error) {
    if (isUniqueViolation(error, "users_account_key")) throw alreadyUser(email);
    if (isForeignKeyViolation(error, "user_roles"))
      throw roleGone("Ask the person who invited you for a new invitation.");
    throw error;
  }
}
