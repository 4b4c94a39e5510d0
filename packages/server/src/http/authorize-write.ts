/**
 * Authorization at the time of use. Between the moment at which a request was authenticated and the write, its body arrives,
 * and it waits for a connection, for the queue of password hashes and for locks: long enough for rights to be taken away.
 */
import type { TransactionOptions, Tx } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import type { AccountActor, Actor, AuthenticatedActor, SystemActor } from "./actor.ts";
import { admit } from "./asker.ts";
import { accountOf, requireMember, signInFirst, userActor } from "./authenticate.ts";
import { type Authority, requireLiveSession, requireUnchanged } from "./authority.ts";
import { keyActor, refusalOfEndedKey } from "./keys.ts";
import { findApiKey, findSession, rightsOf, rightsOfKey, sessionStatement } from "./memberships.ts";
import { notFound } from "./refusal.ts";
import { idleSince } from "./session-limits.ts";

type AuthorizeDeps = Pick<Deps, "db" | "clock">;

/**
 * Runs `work` in one transaction that writes on behalf of an actor, who is read again as its first statement and admitted by
 * the route's policy again; `work` decides by the actor that it is given. When the rights change before the commit, all of it
 * begins again. Transactions of the installation itself rest on nobody's rights.
 * @throws Refusal auth/*, not-found, forbidden/permission as the request itself would have been refused
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
      const current = await readAgain(deps, tx, actor);
      const result = await work(tx, current.actor);
      requireUnchanged(tx, current.authority, deps.clock.now());
      return result;
    },
    { ...options, checksAuthority: true },
  );
}

/**
 * The same for an answer that takes a body and writes nothing, like a preview.
 * @throws Refusal auth/*, not-found, forbidden/permission as the request itself would have been refused
 */
export async function authorizeRead<T>(
  deps: AuthorizeDeps,
  actor: AuthenticatedActor | SystemActor,
  work: (tx: Tx, actor: Actor) => Promise<T>,
): Promise<T> {
  const read = async (tx: Tx) =>
    work(tx, isAuthenticated(actor) ? (await readAgain(deps, tx, actor)).actor : actor);
  return deps.db.tenant(actor.organizationId, read, { readOnly: true });
}

/**
 * Runs `work` in one transaction that writes on behalf of an account, outside any organization. Its session is read again
 * as the first statement and must still be alive at the commit.
 * @throws Refusal auth/required
 */
export async function authorizeAccountWrite<T>(
  deps: AuthorizeDeps,
  account: AccountActor,
  work: (tx: Tx, account: AccountActor) => Promise<T>,
): Promise<T> {
  return deps.db.shared(
    async (tx) => {
      const result = await work(tx, await readAccountAgain(deps, tx, account));
      requireLiveSession(tx, { ...account, now: deps.clock.now() });
      return result;
    },
    { checksAuthority: true },
  );
}

/**
 * The account of a session, read again inside a transaction.
 * @throws Refusal auth/required when the session is over
 */
export async function readAccountAgain(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  { accountId, sessionId, origin }: AccountActor,
): Promise<AccountActor> {
  const now = clock.now();
  const row = await findSession(tx, { accountId, sessionId, now, idleSince: idleSince(now) });
  if (row === null) throw signInFirst();
  return accountOf(row, origin);
}

interface Current {
  readonly actor: AuthenticatedActor;
  readonly authority: Authority;
}

async function readAgain(
  { clock }: Pick<Deps, "clock">,
  tx: Tx,
  actor: AuthenticatedActor,
): Promise<Current> {
  const now = clock.now();
  const current =
    actor.type === "user" ? await readUserAgain(tx, actor, now) : await readKeyAgain(tx, actor, now);
  admit(current);
  return current;
}

async function readUserAgain(tx: Tx, actor: AuthenticatedActor, now: Date): Promise<Current> {
  const { organizationId, accountId, sessionId, policy, origin } = actor;
  if (accountId === null || sessionId === null) throw signInFirst();
  const session = { accountId, sessionId };
  const query = { ...session, now, idleSince: idleSince(now) };
  const { rows } = await sessionStatement(organizationId, query).execute(tx);
  const row = requireMember(rows[0] ?? null);
  const rights = await rightsOf(tx, organizationId, row);
  return {
    actor: { ...userActor(organizationId, row, rights, origin), policy },
    authority: { organizationId, userId: row.userId, standing: row, session, apiKeyId: null },
  };
}

async function readKeyAgain(tx: Tx, actor: AuthenticatedActor, now: Date): Promise<Current> {
  const { organizationId, id: apiKeyId, policy, origin } = actor;
  if (apiKeyId === null) throw notFound();
  const row = await findApiKey(tx, organizationId, { apiKeyId, now });
  if (row === null || row.catalogueVersion === null)
    throw await refusalOfEndedKey(tx, organizationId, { apiKeyId, now });
  const rights = await rightsOfKey(tx, organizationId, row);
  return {
    actor: { ...keyActor(organizationId, row, rights), origin, policy },
    authority: { organizationId, userId: row.createdBy, standing: row, session: null, apiKeyId },
  };
}

function isAuthenticated(actor: AuthenticatedActor | SystemActor): actor is AuthenticatedActor {
  return actor.type !== "system";
}
