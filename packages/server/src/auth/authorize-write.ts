/**
 * Authorization at the time of use. Between authentication and the write, the request's body arrives, and it waits
 * for a connection, the password-hash queue and locks: long enough for permissions to be revoked.
 */
import { DatabaseUnavailable, type TransactionOptions, type Tx } from "../db/database.ts";
import type { Deps } from "../deps.ts";
import { notFound } from "../errors/api-error.ts";
import type { AccountActor, Actor, AuthenticatedActor, SystemActor } from "./actor.ts";
import { explainInactiveKey } from "./api-keys.ts";
import { authenticationRequired, authorize, requireMember } from "./authenticate-request.ts";
import { isSameAuthority, requireLiveSession, requireUnchangedAuthority } from "./authority.ts";
import { toAccountActor, toAuthenticatedKey, toUserActor } from "./create-actor.ts";
import { findApiKey, loadKeyPermissions, loadPermissions } from "./memberships.ts";
import { requireOpenOrganization } from "./organization-closure.ts";
import { findSession, sessionStatement } from "./session-rows.ts";

type AuthorizeDeps = Pick<Deps, "db" | "clock">;

/**
 * Runs `work` in one transaction that writes on behalf of an actor, who has the permissions that the request was
 * authenticated with: the commit requires that they are unchanged. Otherwise, and when `work` failed with permissions that are no longer
 * the same, the actor is loaded again, the route's policy is checked again, and the whole transaction is run again. `work` decides by the
 * actor that it gets. Transactions of the installation itself depend on no permissions.
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
  const last: { actor: AuthenticatedActor | null } = { actor: null };
  const run = async (): Promise<T> =>
    deps.db.tenant(
      organizationId,
      async (tx) => {
        const current = last.actor === null ? actor : await reloadActor(deps, tx, actor);
        last.actor = current;
        const result = await work(tx, current);
        requireUnchangedAuthority(tx, current.authority, deps.clock.now());
        return result;
      },
      { ...options, checksAuthority: true },
    );
  try {
    return await run();
  } catch (error) {
    // What the first attempt found may be none of the caller's business any more.
    if (last.actor !== actor || error instanceof DatabaseUnavailable) throw error;
    if (isSameAuthority((await readActor(deps, actor)).authority, actor.authority)) throw error;
    return run();
  }
}

/**
 * The same for a request with a body that writes nothing, like a preview. The actor is loaded again in the same message as the first
 * statements of `work`.
 * @throws ApiError auth/*, not-found, forbidden/permission, as for the request itself
 */
export async function authorizeRead<T>(
  deps: AuthorizeDeps,
  actor: AuthenticatedActor | SystemActor,
  work: (tx: Tx, actor: Actor) => Promise<T>,
): Promise<T> {
  const read = async (tx: Tx): Promise<T> => {
    if (!isAuthenticated(actor)) return work(tx, actor);
    const [reloaded, outcome] = await Promise.allSettled([reloadActor(deps, tx, actor), work(tx, actor)]);
    if (reloaded.status === "rejected") throw reloaded.reason;
    if (!isSameAuthority(reloaded.value.authority, actor.authority)) return work(tx, reloaded.value);
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  };
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

/** The actor as they are now, outside a transaction that writes. */
async function readActor(deps: AuthorizeDeps, actor: AuthenticatedActor): Promise<AuthenticatedActor> {
  const options = { readOnly: true, isPriority: true } as const;
  return deps.db.tenant(actor.organizationId, (tx) => reloadActor(deps, tx, actor), options);
}

async function reloadActor(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  actor: AuthenticatedActor,
): Promise<AuthenticatedActor> {
  const now = clock.now();
  const { policy, language } = actor;
  const reloaded = actor.type === "user" ? await reloadUser(tx, actor, now) : await reloadKey(tx, actor, now);
  const current = { ...reloaded, policy, language };
  authorize({ actor: current });
  return current;
}

async function reloadUser(
  tx: Tx,
  actor: AuthenticatedActor,
  now: Date,
): Promise<Omit<AuthenticatedActor, "policy">> {
  const { organizationId, accountId, sessionId, origin } = actor;
  if (accountId === null || sessionId === null) throw authenticationRequired();
  const session = { accountId, sessionId, address: origin.ip };
  const { rows } = await tx.query(sessionStatement(organizationId, { ...session, now }));
  const row = requireMember(rows[0] ?? null, origin.ip);
  const permissions = await loadPermissions(tx, organizationId, row);
  return toUserActor({ organizationId, address: origin.ip }, row, permissions, origin);
}

async function reloadKey(
  tx: Tx,
  actor: AuthenticatedActor,
  now: Date,
): Promise<Omit<AuthenticatedActor, "policy">> {
  const { organizationId, id: apiKeyId, origin } = actor;
  if (apiKeyId === null) throw notFound();
  const row = await findApiKey(tx, organizationId, { apiKeyId, now });
  if (row === null || row.catalogueVersion === null)
    throw await explainInactiveKey(tx, organizationId, { apiKeyId, now });
  requireOpenOrganization(row);
  const permissions = await loadKeyPermissions(tx, organizationId, row);
  return toAuthenticatedKey(organizationId, row, permissions, origin);
}

function isAuthenticated(actor: AuthenticatedActor | SystemActor): actor is AuthenticatedActor {
  return actor.type !== "system";
}
