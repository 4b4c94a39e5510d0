/** The layout of every page: navigation, account, status message and connection warning. */
import { type ReactNode, useEffect, useState } from "react";
import type { Me } from "../types.ts";
import { getJson } from "./api.ts";
import { useApp } from "./app-state.tsx";
import { toCurrentHost } from "./current-host.ts";
import { CampaignIcon, ExternalLinkIcon, Logo, ReportIcon, SegmentIcon, WarnIcon } from "./icons.tsx";
import { Link, useLocation } from "./navigation.tsx";

const navigationItems = [
  { href: "/campaigns", label: "Campaigns", Icon: CampaignIcon },
  { href: "/segments", label: "Segments", Icon: SegmentIcon },
  { href: "/reports", label: "Reports", Icon: ReportIcon },
] as const;

/** The layout. */
export function Shell({ me, children }: { readonly me: Me; readonly children: ReactNode }) {
  const { path } = useLocation();
  const currentPath = path === "/" ? "/campaigns" : path;
  return (
    <div className="shell">
      <a className="skip" href="#main">
        Skip to content
      </a>
      <header className="side">
        <p className="brand">
          <Logo />
          Lodos Engage
        </p>
        <nav className="navigation" aria-label="Main">
          <ul>
            {navigationItems.map(({ href, label, Icon }) => (
              <li key={href}>
                <Link href={href} aria-current={currentPath.startsWith(href) ? "page" : undefined}>
                  <Icon />
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Account me={me} />
      </header>
      <main id="main" tabIndex={-1}>
        <ConnectionWarning />
        <StatusMessageBar />
        {children}
      </main>
    </div>
  );
}

/** Explains why actions are not available. */
function ConnectionWarning() {
  const { phase } = useApp();
  const isDisconnected = phase === "cut" || phase === "unsure";
  return (
    <div role="alert">
      {isDisconnected && (
        <p className="notice warn">
          <WarnIcon />
          <span>
            {phase === "cut"
              ? "The panel’s server doesn’t respond. This page may be out of date, and changes are not possible until the connection is back."
              : "Gatehouse can’t be reached, so actions are not available. This page may be out of date. Trying again every second."}
          </span>
        </p>
      )}
    </div>
  );
}

function StatusMessageBar() {
  const { statusMessage, setStatusMessage } = useApp();
  return (
    <div role="status">
      {statusMessage !== null && (
        <p className={`notice ${statusMessage.tone}`}>
          <span>{statusMessage.text}</span>
          <button type="button" className="button quiet" onClick={() => setStatusMessage(null)}>
            Close<span className="hidden"> this message</span>
          </button>
        </p>
      )}
    </div>
  );
}

function Account({ me }: { readonly me: Me }) {
  const address = useGatehouseUrl();
  return (
    <div className="account">
      <p>
        <b>{me.name}</b>
        <span>{me.email}</span>
      </p>
      {address !== null && (
        <a href={`${address}/`} target="_blank" rel="noopener">
          <ExternalLinkIcon />
          Gatehouse account<span className="hidden"> (opens in a new tab)</span>
        </a>
      )}
    </div>
  );
}

function useGatehouseUrl(): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    getJson<{ gatehouseUrl: string }>("/api/sign-in").then(
      ({ gatehouseUrl }) => setAddress(toCurrentHost(gatehouseUrl, window.location.hostname)),
      () => undefined, // without the URL there is no link; the warning explains the problem
    );
  }, []);
  return address;
}
