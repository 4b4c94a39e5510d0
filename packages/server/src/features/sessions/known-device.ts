/** Signed cookie of browsers in which an account has signed in before. They are throttled separately from unknown clients. */
import type { Secrets } from "../../ports/secrets.ts";

/**
 * The account of a device. The password hash is part of the signed text, so that a password change invalidates every
 * device cookie.
 */
export interface DeviceOwner {
  readonly id: string;
  readonly passwordHash: string;
}

/** Maximum number of accounts in one cookie. */
const maxDevices = 5;

const entryPattern = /^([\w-]{22})\.([\w-]{43})$/;

/** The id of the device if the cookie has a valid entry of the account, otherwise null. */
export function findDevice(
  secrets: Pick<Secrets, "verify">,
  cookie: string | null,
  owner: DeviceOwner,
): string | null {
  const known = parseEntries(cookie).find((entry) => isValidEntry(secrets, entry, owner));
  return known === undefined ? null : getDeviceId(known);
}

/** The device cookie after a sign-in of the account. Keeps the entries of other accounts. */
export function rememberDevice(
  secrets: Pick<Secrets, "sign" | "token" | "verify">,
  cookie: string | null,
  owner: DeviceOwner,
): string {
  const entries = parseEntries(cookie);
  const known = entries.find((entry) => isValidEntry(secrets, entry, owner));
  const first = known ?? createEntry(secrets, secrets.token().slice(0, 22), owner);
  return [first, ...entries.filter((entry) => entry !== known)].slice(0, maxDevices).join("~");
}

function parseEntries(cookie: string | null): readonly string[] {
  return (cookie ?? "").split("~", maxDevices).filter((entry) => entryPattern.test(entry));
}

function isValidEntry(secrets: Pick<Secrets, "verify">, entry: string, owner: DeviceOwner): boolean {
  const [, deviceId = "", signature = ""] = entryPattern.exec(entry) ?? [];
  return secrets.verify("known-device", describeDevice(deviceId, owner), signature);
}

function createEntry(secrets: Pick<Secrets, "sign">, deviceId: string, owner: DeviceOwner): string {
  return `${deviceId}.${secrets.sign("known-device", describeDevice(deviceId, owner))}`;
}

function describeDevice(deviceId: string, { id, passwordHash }: DeviceOwner): string {
  return `${id}:${deviceId}:${passwordHash}`;
}

function getDeviceId(entry: string): string {
  return entryPattern.exec(entry)?.[1] ?? "";
}
