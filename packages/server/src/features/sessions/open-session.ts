import type { SessionView } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { AccountActor, RequestOrigin } from "../../http/actor.ts";
import { signInFirst } from "../../http/authenticate.ts";
import type { OpenedSession } from "../../http/cookies.ts";
import { sessionEnd } from "../../http/session-limits.ts";
import { hashToken } from "../../ports/secrets.ts";
import { listOrganizations, type StoredAccount } from "../accounts/index.ts";
import { endSessions, insertSession } from "./queries.ts";

/** Whose session it is, from where, and which one it takes the place of. */
export interface SessionRequest {
  readonly accountId: string;
  readonly origin: RequestOrigin;
  /** The session that the browser had before, of this account: it ends. */
  readonly replaces?: string | undefined;
}

/**
 * Opens a session with a fresh token. The token goes to the browser and nowhere else.
 * @throws Refusal auth/required when the session whose place it takes was ended meanwhile
 */
export async function openSession(
  deps: Pick<Deps, "clock" | "ids" | "secrets">,
  tx: Tx,
  { accountId, origin, replaces }: SessionRequest,
): Promise<OpenedSession & { readonly sessionId: string }> {
  const now = deps.clock.now();
  const token = deps.secrets.token();
  const session = { sessionId: deps.ids.next(), token, expiresAt: sessionEnd(now) };
  if (replaces !== undefined && (await endSessions(tx, accountId, replaces)) === 0) throw signInFirst();
  await insertSession(tx, {
    id: session.sessionId,
    tokenHash: hashToken(token),
    accountId,
    now,
    expiresAt: session.expiresAt,
    ip: origin.ip,
    userAgent: origin.userAgent,
  });
  return session;
}

/** The account of a session, as `viewSession` takes it. */
export function accountOf({ accountId, name, email, language }: AccountActor) {
  return { id: accountId, name, email, language };
}

/** What the browser is told about a session. */
export async function viewSession(
  tx: Tx,
  account: Pick<StoredAccount, "id" | "name" | "email" | "language">,
  expiresAt: Date,
): Promise<SessionView> {
  const organizations = await listOrganizations(tx, account.id);
  const { id, name, email, language } = account;
  return {
    user: { id, name, email, language },
    organizations: organizations
      .filter(({ status }) => status === "active")
      .map((organization) => ({ id: organization.id, name: organization.name, userId: organization.userId })),
    expiresAt: expiresAt.toISOString(),
  };
}
