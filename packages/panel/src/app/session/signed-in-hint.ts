/**
 * Whether this browser was signed in when it was last here. Only a hint: the cookie can't be read, and asking for the account
 * without one would be refused, which browsers print in red.
 */
import { recall, remember } from "../storage.ts";

/** Holds where storage is blocked, until the page is left. */
let wasSignedIn = false;

/** Whether asking for the account is worth a request. */
export function mayBeSignedIn(): boolean {
  return wasSignedIn || recall("signed-in") !== null;
}

/** Keeps what the server has just said. */
export function noteSignedIn(isSignedIn: boolean): void {
  wasSignedIn = isSignedIn;
  remember("signed-in", isSignedIn ? "yes" : null);
}
