/** The page for users who are not signed in, or while that is not known yet. */
import { useEffect, useState } from "react";
import { getJson } from "./api.ts";
import { toCurrentHost } from "./current-host.ts";
import { Logo } from "./icons.tsx";
import type { Access } from "./watch-access.ts";

/** The sign-in page. After signing in at Gatehouse in another tab, the user is let in automatically. */
export function SignInPage({ phase }: Pick<Access, "phase">) {
  const signIn = useSignInUrl();
  if (phase === "opening") return <main className="sign-in" aria-busy="true" aria-label="Lodos Engage" />;
  return (
    <main className="sign-in">
      <Logo />
      <h1>Lodos Engage</h1>
      {phase === "signed-out" ? (
        <>
          <p>You are not signed in. This panel uses Gatehouse for sign-in.</p>
          {signIn !== null && (
            <a className="button primary" href={signIn} target="_blank" rel="noopener">
              Sign in with Gatehouse<span className="hidden"> (opens in a new tab)</span>
            </a>
          )}
          <p className="quiet">This page continues automatically after you sign in.</p>
        </>
      ) : (
        <p role="status">
          {phase === "cut"
            ? "The panel’s server doesn’t respond. Check that it is running. Trying again every second."
            : "Gatehouse can’t be reached, so you can’t sign in. Trying again every second."}
        </p>
      )}
    </main>
  );
}

function useSignInUrl(): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    getJson<{ gatehouseUrl: string }>("/api/sign-in", controller.signal).then(
      ({ gatehouseUrl }) => setAddress(`${toCurrentHost(gatehouseUrl, window.location.hostname)}/sign-in`),
      () => undefined, // the page shows the reason
    );
    return () => controller.abort();
  }, []);
  return address;
}
