/** Where somebody stands who isn't signed in, or of whom that isn't known yet. */
import { useEffect, useState } from "react";
import { read } from "./api.ts";
import type { Access } from "./follow-access.ts";
import { Mark } from "./icons.tsx";
import { atThisHost } from "./this-host.ts";

/** The door. Whoever signs in at Gatehouse meanwhile, in another tab, is let in without a press. */
export function Doorway({ phase }: Pick<Access, "phase">) {
  const signIn = useSignIn();
  if (phase === "opening") return <main className="door" aria-busy="true" aria-label="Lodos Engage" />;
  return (
    <main className="door">
      <Mark />
      <h1>Lodos Engage</h1>
      {phase === "signed-out" ? (
        <>
          <p>You are not signed in. This panel knows nobody itself: Gatehouse does.</p>
          {signIn !== null && (
            <a className="button primary" href={signIn} target="_blank" rel="noopener">
              Sign in with Gatehouse<span className="hidden"> (opens in a new tab)</span>
            </a>
          )}
          <p className="quiet">This page goes on by itself once you are signed in.</p>
        </>
      ) : (
        <p role="status">
          {phase === "cut"
            ? "The panel’s server gives no answer. Check that it runs; it is asked again every second."
            : "Gatehouse can’t be reached, so nobody can be let in. It is asked again every second."}
        </p>
      )}
    </main>
  );
}

function useSignIn(): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const end = new AbortController();
    read<{ gatehouseUrl: string }>("/api/sign-in", end.signal).then(
      ({ gatehouseUrl }) => setAddress(`${atThisHost(gatehouseUrl, window.location.hostname)}/sign-in`),
      () => undefined, // the phase says why
    );
    return () => end.abort();
  }, []);
  return address;
}
