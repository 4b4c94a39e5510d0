import { parseEmail, type SessionView } from "@gatehouse/sdk/contract";
import { record } from "../../audit/record.ts";
import type { Tx } from "../../database/database.ts";
import { enterOrganization } from "../../database/enter-organization.ts";
import type { Deps } from "../../deps.ts";
import type { AccountActor, RequestOrigin } from "../../http/actor.ts";
import type { OpenedSession } from "../../http/cookies.ts";
import { Refusal } from "../../http/refusal.ts";
import { idleSince } from "../../http/session-limits.ts";
import { findAccountByEmail, listOrganizations, type StoredAccount } from "../accounts/index.ts";
import { networkOf } from "./network.ts";
import { openSession, viewSession } from "./open-session.ts";
import { listAddresses } from "./queries.ts";
import { type Bucket, countTry, takeBack } from "./throttle.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords">;

/** Who wants in, and which session the browser has already. */
export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  readonly current: AccountActor | null;
}

/**
 * Signs in. An address that has no account costs the same work and gets the same answer as a wrong password.
 * @throws Refusal auth/wrong-credentials, sessions/suspended, throttled, busy
 */
export async function signIn(
  deps: SignInDeps,
  request: SignInRequest,
): Promise<{ readonly session: OpenedSession; readonly view: SessionView }> {
  const parsed = parseEmail(request.email);
  const email = parsed.ok ? parsed.email : "";
  const buckets = bucketsFor(email, request.origin);
  await countTry(deps, [buckets.network, buckets.accountAtNetwork]);
  const account = await deps.db.shared((tx) => findAccountByEmail(tx, email), { readOnly: true });
  const isCounted = await countAgainstAccount(deps, buckets.account, account, request.origin);
  if (!(await deps.passwords.verify(account?.passwordHash ?? null, request.password)) || account === null)
    throw wrongCredentials();
  return deps.db.shared(async (tx) => {
    const counted = [buckets.network, { ...buckets.accountAtNetwork, isCleared: true }];
    await takeBack(tx, isCounted ? [...counted, buckets.account] : counted);
    return enter(deps, tx, account, request);
  });
}

async function enter(deps: SignInDeps, tx: Tx, account: StoredAccount, { origin, current }: SignInRequest) {
  const organizations = await listOrganizations(tx, account.id);
  if (organizations.length > 0 && organizations.every(({ status }) => status === "suspended"))
    throw new Refusal("sessions/suspended", {
      detail: `Your access to ${organizations[0]?.name} is suspended. Ask somebody who manages users there.`,
      params: { organization: organizations[0]?.name },
    });
  const replaces = current?.accountId === account.id ? current.sessionId : undefined;
  const session = await openSession(deps, tx, { accountId: account.id, origin, replaces });
  const view = await viewSession(tx, account, session.expiresAt);
  await recordInEach(deps, tx, {
    account,
    origin,
    action: "sessions.signed-in",
    sessionId: session.sessionId,
  });
  return { session, view };
}

/** Signing in and out concerns every organization of the account: each log says so. */
export async function recordInEach(
  deps: Pick<Deps, "clock" | "ids">,
  tx: Tx,
  event: {
    readonly account: { readonly id: string; readonly name: string };
    readonly origin: RequestOrigin;
    readonly action: string;
    readonly sessionId: string | null;
  },
): Promise<void> {
  const target = { type: "session", id: event.sessionId, name: event.account.name };
  for (const { id, userId, status } of await listOrganizations(tx, event.account.id)) {
    if (status !== "active") continue;
    await enterOrganization(tx, id);
    const actor = {
      type: "user",
      id: userId,
      name: event.account.name,
      organizationId: id,
      origin: event.origin,
    } as const;
    await record(deps, tx, actor, [{ action: event.action, target }]);
  }
}

interface SignInBuckets {
  readonly network: Bucket;
  readonly accountAtNetwork: Bucket;
  readonly account: Bucket;
}

function bucketsFor(email: string, { ip }: RequestOrigin): SignInBuckets {
  const network = networkOf(ip) ?? "unknown";
  return {
    network: { name: `sign-in network ${network}`, limit: 100 },
    accountAtNetwork: { name: `sign-in account ${email} network ${network}`, limit: 10 },
    account: { name: `sign-in account ${email}`, limit: 50 },
  };
}

/**
 * Tries from many networks count against the account as a whole, but a network from which its owner is signed in stays
 * open: nobody can lock the owner out of their own desk. Answers whether the try was counted.
 */
async function countAgainstAccount(
  deps: SignInDeps,
  bucket: Bucket,
  account: StoredAccount | null,
  { ip }: RequestOrigin,
): Promise<boolean> {
  if (account !== null) {
    const now = deps.clock.now();
    const query = { accountId: account.id, now, idleSince: idleSince(now) };
    const addresses = await deps.db.shared((tx) => listAddresses(tx, query), { readOnly: true });
    if (addresses.some((address) => networkOf(address) === networkOf(ip))) return false;
  }
  await countTry(deps, [bucket]);
  return true;
}

function wrongCredentials(): Refusal {
  return new Refusal("auth/wrong-credentials", {
    detail: "E-mail or password is wrong. Check both, or ask somebody who manages users for help.",
  });
}
