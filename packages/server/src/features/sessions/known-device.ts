/** Browsers in which an account signed in before: what keeps them apart from strangers who guess. */
import { equalInConstantTime, type Secrets } from "../../ports/secrets.ts";

/**
 * The account that a device is known to. Its password's hash is part of what is signed, so that a change of the password
 * makes every device unknown.
 */
export interface DeviceOwner {
  readonly id: string;
  readonly passwordHash: string;
}

/** How many accounts one browser is remembered for. */
const mostDevices = 5;

const shape = /^([\w-]{22})\.[\w-]{43}$/;

/** The id of the device, if the cookie shows that the account signed in with it; null for any other. */
export function findDevice(
  secrets: Pick<Secrets, "sign">,
  cookie: string | null,
  owner: DeviceOwner,
): string | null {
  const known = readEntries(cookie).find((entry) => isOf(secrets, entry, owner));
  return known === undefined ? null : deviceIn(known);
}

/** The cookie of a browser that the account signed in with just now: it keeps what it knew of other accounts. */
export function rememberDevice(
  secrets: Pick<Secrets, "sign" | "token">,
  cookie: string | null,
  owner: DeviceOwner,
): string {
  const entries = readEntries(cookie);
  const known = entries.find((entry) => isOf(secrets, entry, owner));
  const first = known ?? entryFor(secrets, secrets.token().slice(0, 22), owner);
  return [first, ...entries.filter((entry) => entry !== known)].slice(0, mostDevices).join("~");
}

function readEntries(cookie: string | null): readonly string[] {
  return (cookie ?? "").split("~", mostDevices).filter((entry) => shape.test(entry));
}

function isOf(secrets: Pick<Secrets, "sign">, entry: string, owner: DeviceOwner): boolean {
  return equalInConstantTime(entryFor(secrets, deviceIn(entry), owner), entry);
}

function entryFor(secrets: Pick<Secrets, "sign">, deviceId: string, owner: DeviceOwner): string {
  return `${deviceId}.${secrets.sign("known-device", `${owner.id}:${deviceId}:${owner.passwordHash}`)}`;
}

function deviceIn(entry: string): string {
  return shape.exec(entry)?.[1] ?? "";
}
