import type { SessionView, UserSession } from "@gatehouse/sdk/contract";
import type { AccountActor, RequestOrigin } from "../../auth/actor.ts";
import { authenticationRequired } from "../../auth/authenticate-request.ts";
import type { OpenedSession } from "../../auth/cookies.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { hashToken } from "../../ports/secrets.ts";
import {
  listOrganizations,
  lockAuthenticating,
  type OrganizationOfAccount,
  type StoredAccount,
} from "../accounts/index.ts";
import {
  type Authentication,
  endSessions,
  findAuthentication,
  insertSession,
  listMemberSessions,
  listOpenSessions,
  type SessionMethod,
} from "./queries.ts";
import { insertSignIn } from "./sign-in-history.ts";

/** A session to open. */
export interface SessionRequest {
  readonly accountId: string;
  readonly origin: RequestOrigin;
  readonly method: SessionMethod;
  /** Whether the person has passed a second factor. */
  readonly twoFactor: boolean;
  /** The previous session of this browser and account; it ends. Its age and what it says about the authentication stay. */
  readonly replaces?: string | undefined;
}

/**
 * Opens a session with a new random token, of which only the hash is stored. One that replaces no other is a sign-in, and is added
 * to the history.
 * @throws ApiError auth/required when the session to replace has ended
 */
export async function openSession(
  deps: Pick<Deps, "clock" | "ids" | "secrets">,
  tx: Tx,
  { accountId, origin, method, twoFactor, replaces }: SessionRequest,
): Promise<OpenedSession & { readonly sessionId: string }> {
  const now = deps.clock.now();
  const token = deps.secrets.token();
  const sessionId = deps.ids.next();
  const replaced =
    replaces === undefined ? null : await replaceSession(tx, { accountId, sessionId: replaces });
  const expiresAt = await insertSession(tx, {
    id: sessionId,
    tokenHash: hashToken(token),
    accountId,
    now,
    replaced,
    method,
    twoFactor,
    ip: origin.ip,
    userAgent: origin.userAgent,
  });
  if (replaced === null) await insertSignIn(deps, tx, { accountId, method, outcome: "success", origin });
  return { sessionId, token, expiresAt };
}

/**
 * Ends the session that another one replaces, and returns how the person authenticated in it: a new session without a
 * password is no fresh authentication, and passes no second factor.
 * @throws ApiError auth/required when it has ended already
 */
async function replaceSession(
  tx: Tx,
  { accountId, sessionId }: { readonly accountId: string; readonly sessionId: string },
): Promise<Authentication> {
  // A concurrent change of the password or of the factors ends the old session or waits for the new one, and ends that.
  if ((await lockAuthenticating(tx, { id: accountId })) === null) throw authenticationRequired();
  const authentication = await findAuthentication(tx, accountId, sessionId);
  if (authentication === null || (await endSessions(tx, accountId, sessionId)) === 0)
    throw authenticationRequired();
  return authentication;
}

/** The account of a session, as `loadSessionView` needs it. */
export function toAccount({ accountId, name, email, language }: AccountActor) {
  return { id: accountId, name, email, language };
}

type ViewedAccount = Pick<StoredAccount, "id" | "name" | "email" | "language">;

/** Loads the JSON representation of a session. */
export async function loadSessionView(tx: Tx, account: ViewedAccount, expiresAt: Date): Promise<SessionView> {
  return toSessionView(account, await listOrganizations(tx, account.id), expiresAt);
}

/** The JSON representation of a session of an account with these organizations. */
export function toSessionView(
  { id, name, email, language }: ViewedAccount,
  organizations: readonly OrganizationOfAccount[],
  expiresAt: Date,
): SessionView {
  return {
    user: { id, name, email, language },
    organizations: organizations
      .filter(({ status }) => status === "active")
      .map((organization) => ({ id: organization.id, name: organization.name, userId: organization.userId })),
    expiresAt: expiresAt.toISOString(),
  };
}

/**
 * The open sessions of an account, the last used first; `currentId` is the session of the request. With an organization,
 * only the sessions that it may see.
 */
export async function listSessionViews(
  tx: Tx,
  query: {
    readonly accountId: string;
    readonly currentId: string | null;
    readonly now: Date;
    readonly organizationId?: string;
  },
): Promise<UserSession[]> {
  const { accountId, currentId, now, organizationId } = query;
  const filter = { accountId, now };
  const sessions =
    organizationId === undefined
      ? await listOpenSessions(tx, filter)
      : await listMemberSessions(tx, { ...filter, organizationId });
  return sessions.map((session) => ({
    ...session,
    current: session.id === currentId,
    createdAt: session.createdAt.toISOString(),
    lastSeenAt: session.lastSeenAt.toISOString(),
  }));
}
