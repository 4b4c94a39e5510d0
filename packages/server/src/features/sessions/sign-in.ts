import { parseEmail, type SessionView } from "@gatehouse/sdk/contract";
import type { AccountActor, RequestOrigin, ThrottleSource } from "../../auth/actor.ts";
import { toNetwork } from "../../auth/client-address.ts";
import type { OpenedSession } from "../../auth/cookies.ts";
import { idleSince } from "../../auth/session-limits.ts";
import type { Tx } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import {
  findAccountByEmail,
  isPasswordUnchanged,
  listOrganizations,
  type StoredAccount,
} from "../accounts/index.ts";
import { findDevice, rememberDevice } from "./known-device.ts";
import { loadSessionView, openSession } from "./open-session.ts";
import { endSessions, listAddresses } from "./queries.ts";
import { recordFailedSignIn, recordInEveryOrganization } from "./record-account-events.ts";
import { addAttempt, type Bucket, requireWithinLimit, throttleAccess, undoAttempt } from "./throttle.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "ids" | "secrets" | "passwords" | "log">;

/** The credentials, and the current session of the browser. */
export interface SignInRequest {
  readonly email: string;
  readonly password: string;
  readonly origin: RequestOrigin;
  readonly throttleSource: ThrottleSource;
  readonly current: AccountActor | null;
}

interface SignInResult {
  readonly session: OpenedSession;
  readonly view: SessionView;
  /** The new device cookie. */
  readonly devices: string;
}

/**
 * Signs in. An unknown address runs the same statements and the same hash as a wrong password, and gets the same response.
 * @throws ApiError auth/wrong-credentials, sessions/suspended, throttled, busy
 */
export async function signIn(deps: SignInDeps, request: SignInRequest): Promise<SignInResult> {
  const parsed = parseEmail(request.email);
  const email = parsed.ok ? parsed.email : request.email.trim().toLowerCase();
  const attempt = await startAttempt(deps, email, request);
  const { account } = attempt;
  const isRight = await verifyPassword(deps, attempt, request.password);
  if (!isRight || account === null) {
    if (account !== null) void recordFailedSignIn(deps, account, request.origin);
    await deps.db.shared((tx) => addAttempt(tx, attempt.shared, deps.clock.now()), throttleAccess);
    throw wrongCredentials();
  }
  const outcome = await deps.db.shared(
    async (tx) => {
      if (!(await isPasswordUnchanged(tx, account))) return wrongCredentials();
      await undoAttempt(tx, attempt.own, { reset: true });
      return completeSignIn(deps, tx, account, request);
    },
    { system: "the password authenticates the request" },
  );
  if (outcome instanceof ApiError) throw outcome;
  return outcome;
}

/** An allowed attempt and the throttle buckets that count it. */
interface Attempt {
  readonly account: StoredAccount | null;
  /** Buckets of this account: counted before the password is verified, so that concurrent attempts can't exceed the limit. */
  readonly own: readonly Bucket[];
  /** Buckets shared by many accounts: only failures are counted, so that successful sign-ins don't wait for each other. */
  readonly shared: readonly Bucket[];
  /** Whether the account has signed in with this browser before. */
  readonly isKnownDevice: boolean;
}

/** Used when there is no account, so that the same queries and hashes run. */
const placeholderAccount = { id: "00000000-0000-0000-0000-000000000000", passwordHash: "" };

/** Checks the limits and counts the attempt. Runs the same queries for an unknown address. */
async function startAttempt(deps: SignInDeps, email: string, request: SignInRequest): Promise<Attempt> {
  const now = deps.clock.now();
  return deps.db.shared(async (tx) => {
    const account = await findAccountByEmail(tx, email);
    const owner = account ?? placeholderAccount;
    const addresses = await listAddresses(tx, { accountId: owner.id, now, idleSince: idleSince(now) });
    const device = findKnownDevice(deps, owner, request);
    const buckets =
      device === null
        ? selectBuckets(email, request.throttleSource.network, new Set(addresses.map(toNetwork)))
        : { own: [{ name: `sign-in device ${device}`, limit: 10, resetsOnSuccess: true }], shared: [] };
    await requireWithinLimit(tx, [...buckets.own, ...buckets.shared], now);
    await addAttempt(tx, buckets.own, now);
    return { account, ...buckets, isKnownDevice: device !== null };
  }, throttleAccess);
}

/**
 * The id of a known device: by its device cookie or an open session. Attempts are counted for each device separately, so
 * that unknown clients can't use them up. The limit is low, because a cookie can be stolen.
 */
function findKnownDevice(
  deps: SignInDeps,
  owner: typeof placeholderAccount,
  { throttleSource, current }: SignInRequest,
): string | null {
  const device = findDevice(deps.secrets, throttleSource.devices, owner);
  if (device !== null) return device;
  return current?.accountId === owner.id ? current.sessionId : null;
}

/** Verifies the password. An attempt that fails because the hashing queue is full isn't counted. */
async function verifyPassword(
  deps: SignInDeps,
  { account, own, isKnownDevice }: Attempt,
  password: string,
): Promise<boolean> {
  try {
    return await deps.passwords.verify(account?.passwordHash ?? null, password, { isKnownDevice });
  } catch (error) {
    await deps.db.shared((tx) => undoAttempt(tx, own, { reset: false }), throttleAccess);
    throw error;
  }
}

/**
 * The buckets of an attempt from an unknown device. Attempts from all networks count for the account, except from networks
 * where the account is signed in, so that an attacker elsewhere can't lock out its owner.
 */
function selectBuckets(
  email: string,
  network: string | null,
  signedInNetworks: ReadonlySet<string | null>,
): Pick<Attempt, "own" | "shared"> {
  const account = { name: `sign-in account ${email}`, limit: 50 };
  if (network === null) return { own: [account], shared: [] };
  const pair = { name: `sign-in account ${email} network ${network}`, limit: 10, resetsOnSuccess: true };
  return {
    own: signedInNetworks.has(network) ? [pair] : [pair, account],
    shared: [{ name: `sign-in network ${network}`, limit: 100, shardBy: email }],
  };
}

/** Opens the session. The previous session of the browser ends, even one of another account, because its cookie is replaced. */
async function completeSignIn(
  deps: SignInDeps,
  tx: Tx,
  account: StoredAccount,
  { origin, current, throttleSource }: SignInRequest,
): Promise<SignInResult | ApiError> {
  const organizations = await listOrganizations(tx, account.id);
  const [first] = organizations;
  if (first !== undefined && organizations.every(({ status }) => status === "suspended"))
    return suspended(first.name);
  if (current !== null) await endSessions(tx, current.accountId, current.sessionId);
  const session = await openSession(deps, tx, { accountId: account.id, origin });
  const view = await loadSessionView(tx, account, session.expiresAt);
  const { sessionId } = session;
  await recordInEveryOrganization(deps, tx, { account, origin, action: "sessions.signed-in", sessionId });
  return { session, view, devices: rememberDevice(deps.secrets, throttleSource.devices, account) };
}

function wrongCredentials(): ApiError {
  return new ApiError("auth/wrong-credentials", {
    detail: "E-mail or password is wrong. Check both, or ask a user manager for help.",
  });
}

function suspended(organization: string): ApiError {
  return new ApiError("sessions/suspended", {
    detail: `Your access to ${organization} is suspended. Ask a user manager of that organization.`,
    params: { organization },
  });
}
