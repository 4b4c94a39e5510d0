import type { SessionView } from "@gatehouse/sdk/contract";
import { useEffect, useEffectEvent, useState } from "react";
import { request } from "../../../lib/api/request.ts";
import { offerAutofill } from "./autofill.ts";
import { PasskeyProblem } from "./passkey-problem.tsx";
import { getPasskey } from "./webauthn.ts";

/** Properties of `PasskeySignIn`. */
export interface PasskeySignInProps {
  /** The person has pressed the button: the browser asks for a passkey. */
  readonly isAsked: boolean;
  /** The browser has asked, with or without success. */
  readonly onAnswered: () => void;
  readonly onSignedIn: (session: SessionView) => Promise<void> | void;
}

/**
 * Signs in with a passkey: one from the suggestions of the e-mail field, or the one that the browser asks for. Loaded after
 * the first paint of the sign-in page.
 */
export function PasskeySignIn({ isAsked, onAnswered, onSignedIn }: PasskeySignInProps) {
  const [error, setError] = useState<unknown>(null);
  const finish = useEffectEvent(onSignedIn);
  const answer = useEffectEvent(onAnswered);
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const run = async () => {
      try {
        const session = await (isAsked ? askOnce(signal) : offerAutofill(signal));
        if (session !== null) await finish(session);
      } catch (reason) {
        if (!signal.aborted) setError(reason);
      }
      if (isAsked && !signal.aborted) answer();
    };
    void run();
    return () => leaving.abort();
  }, [isAsked]);
  return isAsked ? null : <PasskeyProblem error={error} />;
}

async function askOnce(signal: AbortSignal): Promise<SessionView> {
  const query = { purpose: "sign-in" as const };
  const { body: options } = await request("POST /sessions/passkey/options", { query, signal });
  const credential = await getPasskey(options, { signal });
  return (await request("POST /sessions/passkey", { body: { credential } })).body;
}
