import { parseEmail, type SessionView } from "@gatehouse/sdk/contract";
import type { Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { AccountActor, Caller, RequestOrigin } from "../../http/actor.ts";
import type { OpenedSession } from "../../http/cookies.ts";
import { networkOf } from "../../http/network.ts";
import { Refusal } from "../../http/refusal.ts";
import { idleSince } from "../../http/session-limits.ts";
import {
  findAccountByEmail,
  hasStillPassword,
  listOrganizations,
  type StoredAccount,
} from "../accounts/index.ts";
import { findDevice, rememberDevice } from "./known-device.ts";
import { openSession, viewSession } from "./open-session.ts";
import { endSessions, listAddresses } from "./queries.ts";
import { recordFailedSignIn } from "./record-failed-sign-in.ts";
import { recordInEach } from "./record-in-each.ts";
import { addTry, type Bucket, requireRoom, takeBack, throttling } from "./throttle.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords" | "log">;

/** Who wants in, and which session the browser has already. */
export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  readonly caller: Caller;
  readonly current: AccountActor | null;
}

interface SignedIn {
  readonly session: OpenedSession;
  readonly view: SessionView;
  /** The new device cookie: from now on the account knows this browser. */
  readonly devices: string;
}

/**
 * Signs in. An address that has no account costs the same statements and the same hash, and gets the same answer, as a
 * wrong password.
 * @throws Refusal auth/wrong-credentials, sessions/suspended, throttled, busy
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<SignedIn> {
  const parsed = parseEmail(request.email);
  const email = parsed.ok ? parsed.email : request.email.trim().toLowerCase();
  const attempt = await begin(deps, email, request);
  const { account } = attempt;
  const isRight = await verify(deps, attempt, request.password);
  if (!isRight || account === null) {
    if (account !== null) void recordFailedSignIn(deps, account, request.origin);
    await deps.db.shared((tx) => addTry(tx, attempt.shared, deps.clock.now()), throttling);
    throw wrongCredentials();
  }
  const outcome = await deps.db.shared(
    async (tx) => {
      if (!(await hasStillPassword(tx, account))) return wrongCredentials();
      await takeBack(tx, attempt.own, { forgetFailures: true });
      return enter(deps, tx, account, request);
    },
    { system: "the password is the proof" },
  );
  if (outcome instanceof Refusal) throw outcome;
  return outcome;
}

/** A try that may be made, and what it counts against. */
interface Attempt {
  readonly account: StoredAccount | null;
  /** Of this account alone: counted before the password is checked, so that tries side by side can't slip through. */
  readonly own: readonly Bucket[];
  /** Of many people: only failures are counted, so that those who know their password never wait for each other. */
  readonly shared: readonly Bucket[];
  /** Whether the account signed in in this browser before. */
  readonly isKnown: boolean;
}

/** What stands for an account where there is none: as much is asked and computed for it. */
const nobody = { id: "00000000-0000-0000-0000-000000000000", passwordHash: "" };

/** Looks whether a try may be made, and counts it. Asks as much for an address that has no account. */
async function begin(deps: SignInDeps, email: string, request: SignInRequest): Promise<Attempt> {
  const now = deps.clock.now();
  return deps.db.shared(async (tx) => {
    const account = await findAccountByEmail(tx, email);
    const owner = account ?? nobody;
    const addresses = await listAddresses(tx, { accountId: owner.id, now, idleSince: idleSince(now) });
    const device = deviceOf(deps, owner, request);
    const buckets =
      device === null
        ? bucketsFor(email, request.caller.network, new Set(addresses.map(networkOf)))
        : { own: [{ name: `sign-in device ${device}`, limit: 10, isForgotten: true }], shared: [] };
    await requireRoom(tx, [...buckets.own, ...buckets.shared], now);
    await addTry(tx, buckets.own, now);
    return { account, ...buckets, isKnown: device !== null };
  }, throttling);
}

/**
 * The browser, if the account knows it: by its device cookie or by a session that is still open. It counts by itself, so
 * that no stranger can use up its tries; and it has few of them, because a cookie may be stolen.
 */
function deviceOf(deps: SignInDeps, owner: typeof nobody, { caller, current }: SignInRequest): string | null {
  const device = findDevice(deps.secrets, caller.devices, owner);
  if (device !== null) return device;
  return current?.accountId === owner.id ? current.sessionId : null;
}

/** Checks the password. A try that was sent away because too many wait was no failure. */
async function verify(
  deps: SignInDeps,
  { account, own, isKnown }: Attempt,
  password: string,
): Promise<boolean> {
  try {
    return await deps.passwords.verify(account?.passwordHash ?? null, password, { isKnown });
  } catch (error) {
    await deps.db.shared((tx) => takeBack(tx, own, { forgetFailures: false }), throttling);
    throw error;
  }
}

/**
 * What a try in a browser that the account doesn't know counts against. Tries from many networks count against the account
 * as a whole, but not from a network where its owner is signed in: nobody can lock the owner out of their own desk.
 */
function bucketsFor(
  email: string,
  network: string | null,
  homes: ReadonlySet<string | null>,
): Pick<Attempt, "own" | "shared"> {
  const account = { name: `sign-in account ${email}`, limit: 50 };
  if (network === null) return { own: [account], shared: [] };
  const pair = { name: `sign-in account ${email} network ${network}`, limit: 10, isForgotten: true };
  return {
    own: homes.has(network) ? [pair] : [pair, account],
    shared: [{ name: `sign-in network ${network}`, limit: 100, spreadBy: email }],
  };
}

/** Opens the session. The one that the browser had before ends, whoever's it was: its cookie is about to be replaced. */
async function enter(
  deps: SignInDeps,
  tx: Tx,
  account: StoredAccount,
  { origin, current, caller }: SignInRequest,
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
  return { session, view, devices: rememberDevice(deps.secrets, caller.devices, account) };
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
