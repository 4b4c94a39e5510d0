/**
 * Whether this browser had a session at its last visit. Only a hint: the cookie is HttpOnly, and a request without it
 * returns 401, which browsers log as an error.
 */
import { recall, remember } from "../storage/storage.ts";

/** Fallback when storage is blocked. */
let wasSignedIn = false;

/** Whether a request for the account may succeed. */
export function mayBeSignedIn(): boolean {
  return wasSignedIn || recall("signed-in") !== null;
}

/** Saves the hint after sign-in or a 401. */
export function setSignedInHint(isSignedIn: boolean): void {
  wasSignedIn = isSignedIn;
  remember("signed-in", isSignedIn ? "yes" : null);
}
