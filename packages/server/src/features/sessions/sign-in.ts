import { parseEmail, type SessionView } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { AccountActor, RequestOrigin } from "../../http/actor.ts";
import type { OpenedSession } from "../../http/cookies.ts";
import { Refusal } from "../../http/refusal.ts";
import { idleSince } from "../../http/session-limits.ts";
import {
  findAccountByEmail,
  hasStillPassword,
  listOrganizations,
  type StoredAccount,
} from "../accounts/index.ts";
import { networkOf } from "./network.ts";
import { openSession, viewSession } from "./open-session.ts";
import { endSessions, listAddresses } from "./queries.ts";
import { recordFailedSignIn } from "./record-failed-sign-in.ts";
import { recordInEach } from "./record-in-each.ts";
import { type Bucket, countTry, takeBack, throttling } from "./throttle.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords" | "log">;

/** Who wants in, and which session the browser has already. */
export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  readonly current: AccountActor | null;
}

interface SignedIn {
  readonly session: OpenedSession;
  readonly view: SessionView;
}

/**
 * Signs in. An address that has no account costs the same statements and the same hash, and gets the same answer, as a
 * wrong password.
 * @throws Refusal auth/wrong-credentials, sessions/suspended, throttled, busy
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<SignedIn> {
  const parsed = parseEmail(request.email);
  const email = parsed.ok ? parsed.email : request.email.trim().toLowerCase();
  const { account, homes } = await findKnown(deps, email);
  const buckets = bucketsFor(email, networkOf(request.origin.ip), homes);
  await countTry(deps, buckets);
  const isRight = await verify(deps, account, request.password, buckets);
  if (!isRight || account === null) {
    if (account !== null)
      recordFailedSignIn(deps, account, request.origin).catch((error: unknown) =>
        deps.log.error({ err: error }, "A failed sign-in could not be recorded."),
      );
    throw wrongCredentials();
  }
  const outcome = await deps.db.shared(
    async (tx) => {
      if (!(await hasStillPassword(tx, account))) return wrongCredentials();
      await takeBack(tx, buckets, { forgetFailures: true });
      return enter(deps, tx, account, request);
    },
    { system: "the password is the proof" },
  );
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

/** An account, and the networks from which its owner is signed in. Asks as much for an address that has no account. */
async function findKnown(deps: SignInDeps, email: string) {
  const now = deps.clock.now();
  return deps.db.shared(
    async (tx) => {
      const account = await findAccountByEmail(tx, email);
      const accountId = account?.id ?? "00000000-0000-0000-0000-000000000000";
      const addresses = await listAddresses(tx, { accountId, now, idleSince: idleSince(now) });
      return { account, homes: new Set(addresses.map(networkOf)) };
    },
    { readOnly: true },
  );
}

/** Checks the password. A try that was sent away because too many wait was no failure. */
async function verify(
  deps: SignInDeps,
  account: StoredAccount | null,
  password: string,
  buckets: readonly Bucket[],
): Promise<boolean> {
  try {
    return await deps.passwords.verify(account?.passwordHash ?? null, password);
  } catch (error) {
    await deps.db.shared((tx) => takeBack(tx, buckets, { forgetFailures: false }), throttling);
    throw error;
  }
}

/**
 * What a try counts against, the narrowest first: a full one stops the count, so that nobody who is refused anyway uses
 * up what others share. Tries from many networks count against the account as a whole, but a network from which its
 * owner is signed in stays open: nobody can lock the owner out of their own desk.
 */
function bucketsFor(
  email: string,
  network: string | null,
  homes: ReadonlySet<string | null>,
): readonly Bucket[] {
  const isHome = network !== null && homes.has(network);
  return [
    { name: `sign-in account ${email} network ${network}`, limit: 10, isForgotten: true },
    { name: `sign-in network ${network}`, limit: 100 },
    { name: `sign-in account ${email}`, limit: isHome ? Number.POSITIVE_INFINITY : 50 },
  ];
}

/** Opens the session. The one that the browser had before ends, whoever's it was: its cookie is about to be replaced. */
async function enter(
  deps: SignInDeps,
  tx: Tx,
  account: StoredAccount,
  { origin, current }: SignInRequest,
): Promise<SignedIn | Refusal> {
  const organizations = await listOrganizations(tx, account.id);
  const [first] = organizations;
  if (first !== undefined && organizations.every(({ status }) => status === "suspended"))
    return suspended(first.name);
  if (current !== null) await endSessions(tx, current.accountId, current.sessionId);
  const session = await openSession(deps, tx, { accountId: account.id, origin });
  const view = await viewSession(tx, account, session.expiresAt);
  const { sessionId } = session;
  await recordInEach(deps, tx, { account, origin, action: "sessions.signed-in", sessionId });
  return { session, view };
}

function wrongCredentials(): Refusal {
  return new Refusal("auth/wrong-credentials", {
    detail: "E-mail or password is wrong. Check both, or ask somebody who manages users for help.",
  });
}

function suspended(organization: string): Refusal {
  return new Refusal("sessions/suspended", {
    detail: `Your access to ${organization} is suspended. Ask somebody who manages users there.`,
    params: { organization },
  });
}
