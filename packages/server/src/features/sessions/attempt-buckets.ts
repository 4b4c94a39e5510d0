/** Which throttle buckets count an attempt to sign in, by password, by second factor or by passkey. */
import type { AccountActor, ThrottleSource } from "../../auth/actor.ts";
import { toNetwork } from "../../auth/client-address.ts";
import type { Secrets } from "../../ports/secrets.ts";
import { type DeviceOwner, findDevice } from "./known-device.ts";
import type { Bucket } from "./throttle.ts";

/** An attempt, and from where. */
export interface AttemptSource {
  /** What is tried: attempts of different kinds are counted separately. */
  readonly kind: "sign-in" | "second factor" | "passkey";
  /** Of the account, or what was typed in its place. */
  readonly email: string;
  /** The account, or a placeholder. */
  readonly owner: DeviceOwner;
  readonly throttleSource: ThrottleSource;
  /** The session of the browser until now. */
  readonly current: AccountActor | null;
  /** Addresses from which the account is signed in. */
  readonly addresses: readonly string[];
  /** Attempts from unknown devices in all networks together. */
  readonly accountLimit: number;
}

/** The buckets that count an attempt. */
export interface AttemptBuckets {
  /** Of this account: counted before the attempt, so that concurrent ones can't exceed the limit. */
  readonly own: readonly Bucket[];
  /** Shared by many accounts: only failures are counted, so that successful sign-ins don't wait for each other. */
  readonly shared: readonly Bucket[];
  /** Whether the account has signed in with this browser before. */
  readonly isKnownDevice: boolean;
  /** Whether it is signed in from this network, or `isKnownDevice`. */
  readonly isKnownPlace: boolean;
}

/**
 * Attempts from a known device are counted for each device separately, so that unknown clients can't use them up. The limit
 * is low, because a cookie can be stolen. Attempts from all networks count for the account, except from networks where the
 * account is signed in, so that an attacker elsewhere can't lock out its owner.
 */
export function selectAttemptBuckets(
  secrets: Pick<Secrets, "sign" | "verify">,
  { kind, email, owner, throttleSource, current, addresses, accountLimit }: AttemptSource,
): AttemptBuckets {
  const device = findKnownDevice(secrets, owner, throttleSource, current);
  if (device !== null) {
    const own = [{ name: `${kind} device ${device}`, limit: 10, resetsOnSuccess: true }];
    return { own, shared: [], isKnownDevice: true, isKnownPlace: true };
  }
  const { network } = throttleSource;
  const account = { name: `${kind} account ${email}`, limit: accountLimit };
  if (network === null) return { own: [account], shared: [], isKnownDevice: false, isKnownPlace: false };
  const pair = { name: `${kind} account ${email} network ${network}`, limit: 10, resetsOnSuccess: true };
  const isSignedInThere = addresses.some((address) => toNetwork(address) === network);
  return {
    own: isSignedInThere ? [pair] : [pair, account],
    shared: [{ name: `${kind} network ${network}`, limit: 100, shardBy: email }],
    isKnownDevice: false,
    isKnownPlace: isSignedInThere,
  };
}

/**
 * Counts failures with one password over all accounts and networks, against password spraying. People who have that password
 * sign in with a known browser or from a known network, or wait. The name has 24 bits of an HMAC: too few to find out the
 * password, even with the key.
 */
export function createPasswordBucket(
  secrets: Pick<Secrets, "sign">,
  password: string,
  email: string,
): Bucket {
  const digest = secrets.sign("sign-in password", password.normalize("NFC")).slice(0, 4);
  return { name: `sign-in password ${digest}`, limit: 300, shardBy: email };
}

/** The id of a known device: by its device cookie or an open session. */
function findKnownDevice(
  secrets: Pick<Secrets, "verify">,
  owner: DeviceOwner,
  { devices }: ThrottleSource,
  current: AccountActor | null,
): string | null {
  const device = findDevice(secrets, devices, owner);
  if (device !== null) return device;
  return current?.accountId === owner.id ? current.sessionId : null;
}
