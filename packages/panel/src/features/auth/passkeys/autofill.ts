/** Passkeys in the suggestions of the sign-in page's e-mail field (WebAuthn conditional mediation). */
import type { SessionView } from "@gatehouse/sdk/contract";
import { request } from "../../../lib/api/request.ts";
import { canAutofill, getPasskey, PasskeyError } from "./webauthn.ts";

/** New options are requested before the old ones expire. */
const spareMs = 30_000;

/**
 * Offers passkeys until one has signed in. Null once `signal` aborts, or where the browser can't.
 * @throws {ApiProblem} when the chosen passkey isn't accepted
 */
export async function offerAutofill(signal: AbortSignal): Promise<SessionView | null> {
  if (!(await canAutofill())) return null;
  while (!signal.aborted) {
    await untilVisible(signal);
    const query = { purpose: "sign-in" as const };
    const options = await request("POST /sessions/passkey/options", { query, signal }).catch(() => null);
    if (options === null) return null; // the form and the button say what is wrong when they are used
    const expired = AbortSignal.timeout(options.body.timeout - spareMs);
    try {
      const offered = { signal: AbortSignal.any([signal, expired]), isAutofill: true };
      const credential = await getPasskey(options.body, offered);
      return (await request("POST /sessions/passkey", { body: { credential } })).body;
    } catch (error) {
      if (!(error instanceof PasskeyError)) throw error;
      if (!expired.aborted) return null;
    }
  }
  return null;
}

/** A page in the background asks the server for nothing. */
async function untilVisible(signal: AbortSignal): Promise<void> {
  while (document.visibilityState === "hidden" && !signal.aborted)
    await new Promise<void>((resolve) => {
      document.addEventListener("visibilitychange", () => resolve(), { once: true, signal });
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
}
