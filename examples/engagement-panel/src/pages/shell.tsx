/** What is around every page: where one can go, who one is, what happened, and whether any of it is sure. */
import { type ReactNode, useEffect, useState } from "react";
import type { Me } from "../shapes.ts";
import { read } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { AwayIcon, CampaignIcon, Mark, ReportIcon, SegmentIcon, WarnIcon } from "./icons.tsx";
import { Link, useAddress } from "./navigation.tsx";
import { atThisHost } from "./this-host.ts";

const places = [
  { href: "/campaigns", word: "Campaigns", Picture: CampaignIcon },
  { href: "/segments", word: "Segments", Picture: SegmentIcon },
  { href: "/reports", word: "Reports", Picture: ReportIcon },
] as const;

/** The frame. */
export function Shell({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const { path } = useAddress();
  const here = path === "/" ? "/campaigns" : path;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <header className="side">
        <p className="brand">
          <Mark />
          Lodos Engage
        </p>
        <nav className="places" aria-label="Main">
          <ul>
            {places.map(({ href, word, Picture }) => (
              <li key={href}>
                <Link href={href} aria-current={here.startsWith(href) ? "page" : undefined}>
                  <Picture />
                  {word}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Account me={me} />
      </header>
      <main id="main" tabIndex={-1}>
        <Doubt />
        <LastNote />
        {children}
      </main>
    </div>
  );
}

/** Says why nothing can be done at present. */
function Doubt() {
  const { phase } = useApp();
  const isInDoubt = phase === "cut" || phase === "unsure";
  return (
    <div role="alert">
      {isInDoubt && (
        <p className="note warn">
          <WarnIcon />
          <span>
            {phase === "cut"
              ? "The panel’s server gives no answer. What you see may be old, and nothing can be changed until it is back."
              : "Gatehouse can’t be reached, so nobody may do anything here. What you see may be old. It is asked again every second."}
          </span>
        </p>
      )}
    </div>
  );
}

function LastNote() {
  const { note, say } = useApp();
  return (
    <div role="status">
      {note !== null && (
        <p className={`note ${note.tone}`}>
          <span>{note.text}</span>
          <button type="button" className="button quiet" onClick={() => say(null)}>
            Close<span className="hidden"> this message</span>
          </button>
        </p>
      )}
    </div>
  );
}

function Account({ me }: { readonly me: Me }) {
  const address = useGatehouse();
  return (
    <div className="account">
      <p>
        <b>{me.name}</b>
        <span>{me.email}</span>
      </p>
      {address !== null && (
        <a href={`${address}/`} target="_blank" rel="noopener">
          <AwayIcon />
          Gatehouse account<span className="hidden"> (opens in a new tab)</span>
        </a>
      )}
    </div>
  );
}

function useGatehouse(): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    read<{ gatehouseUrl: string }>("/api/sign-in").then(
      ({ gatehouseUrl }) => setAddress(atThisHost(gatehouseUrl, window.location.hostname)),
      () => undefined, // without an address there is no link; the note above says what is wrong
    );
  }, []);
  return address;
}
