/**
 * Authorization at the time of use. Between authentication and the write, the request's body arrives, and it waits
 * for a connection, the password-hash queue and locks: long enough for permissions to be revoked.
 */
import type { TransactionOptions, Tx } from "../db/database.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../errors/api-error.ts";
import type { AccountActor, Actor, AuthenticatedActor, SystemActor } from "./actor.ts";
import { explainInactiveKey, toKeyActor } from "./api-keys.ts";
import {
  authenticationRequired,
  authorize,
  requireMember,
  toAccountActor,
  toUserActor,
} from "./authenticate-request.ts";
import { type Authority, requireLiveSession, requireUnchangedAuthority } from "./authority.ts";
import { findApiKey, loadKeyPermissions, loadPermissions } from "./memberships.ts";
import { findSession, sessionStatement } from "./session-rows.ts";

type AuthorizeDeps = Pick<Deps, "db" | "clock">;

/**
 * Runs `work` in one transaction that writes on behalf of an actor. The actor is reloaded by its first statement and
 * the route's policy is checked again; `work` decides by the actor that it gets. When the permissions change before
 * the commit, the whole transaction is retried. Transactions of the installation itself depend on no permissions.
 * @throws ApiError auth/*, not-found, forbidden/permission, as for the request itself
 */
export async function authorizeWrite<T>(
  deps: AuthorizeDeps,
  actor: AuthenticatedActor | SystemActor,
  work: (tx: Tx, actor: Actor) => Promise<T>,
  options: Pick<TransactionOptions, "timeouts"> = {},
): Promise<T> {
  const { organizationId } = actor;
  if (!isAuthenticated(actor))
    return deps.db.tenant(organizationId, (tx) => work(tx, actor), { ...options, system: actor.name });
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const current = await reloadActor(deps, tx, actor);
      const result = await work(tx, current.actor);
      requireUnchangedAuthority(tx, current.authority, deps.clock.now());
      return result;
    },
    { ...options, checksAuthority: true },
  );
}

/**
 * The same for a request with a body that writes nothing, like a preview.
 * @throws ApiError auth/*, not-found, forbidden/permission, as for the request itself
 */
export async function authorizeRead<T>(
  deps: AuthorizeDeps,
  actor: AuthenticatedActor | SystemActor,
  work: (tx: Tx, actor: Actor) => Promise<T>,
): Promise<T> {
  const read = async (tx: Tx) =>
    work(tx, isAuthenticated(actor) ? (await reloadActor(deps, tx, actor)).actor : actor);
  return deps.db.tenant(actor.organizationId, read, { readOnly: true });
}

/**
 * Runs `work` in one transaction that writes on behalf of an account, outside any organization. The session is
 * reloaded by the first statement and must still be live at the commit.
 * @throws ApiError auth/required
 */
export async function authorizeAccountWrite<T>(
  deps: AuthorizeDeps,
  account: AccountActor,
  work: (tx: Tx, account: AccountActor) => Promise<T>,
): Promise<T> {
  return deps.db.shared(
    async (tx) => {
      const result = await work(tx, await reloadAccount(deps, tx, account));
      requireLiveSession(tx, { ...account, now: deps.clock.now() });
      return result;
    },
    { checksAuthority: true },
  );
}

/**
 * Reloads the account of a session inside a transaction.
 * @throws ApiError auth/required when the session has ended
 */
export async function reloadAccount(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  { accountId, sessionId, origin }: AccountActor,
): Promise<AccountActor> {
  const now = clock.now();
  const row = await findSession(tx, { accountId, sessionId, now });
  if (row === null) throw authenticationRequired();
  return toAccountActor(row, origin);
}

interface Current {
  readonly actor: AuthenticatedActor;
  readonly authority: Authority;
}

async function reloadActor(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  actor: AuthenticatedActor,
): Promise<Current> {
  const now = clock.now();
  const current = actor.type === "user" ? await reloadUser(tx, actor, now) : await reloadKey(tx, actor, now);
  authorize(current);
  return current;
}

async function reloadUser(tx: Tx, actor: AuthenticatedActor, now: Date): Promise<Current> {
  const { organizationId, accountId, sessionId, policy, origin, language } = actor;
  if (accountId === null || sessionId === null) throw authenticationRequired();
  const session = { accountId, sessionId, address: origin.ip };
  const { rows } = await tx.query(sessionStatement(organizationId, { ...session, now }));
  const row = requireMember(rows[0] ?? null, origin.ip);
  const permissions = await loadPermissions(tx, organizationId, row);
  return {
    actor: { ...toUserActor(organizationId, row, permissions, origin), policy, language },
    authority: { organizationId, userId: row.userId, membership: row, session, apiKeyId: null },
  };
}

async function reloadKey(tx: Tx, actor: AuthenticatedActor, now: Date): Promise<Current> {
  const { organizationId, id: apiKeyId, policy, origin, language } = actor;
  if (apiKeyId === null) throw notFound();
  const row = await findApiKey(tx, organizationId, { apiKeyId, now });
  if (row === null || row.catalogueVersion === null)
    throw await explainInactiveKey(tx, organizationId, { apiKeyId, now });
  const permissions = await loadKeyPermissions(tx, organizationId, row);
  return {
    actor: { ...toKeyActor(organizationId, row, permissions), origin, policy, language },
    authority: { organizationId, userId: row.createdBy, membership: row, session: null, apiKeyId },
  };
}

function isAuthenticated(actor: AuthenticatedActor | SystemActor): actor is AuthenticatedActor {
  return actor.type !== "system";
}
