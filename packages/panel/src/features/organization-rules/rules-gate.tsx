/** What the session doesn't meet of the organization's rules takes the place of its pages; what it will have to is announced. */
import { useLocation, useRouteContext } from "@tanstack/react-router";
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { loadModule } from "../../lib/load-module.ts";
import { useOrganization } from "../../lib/session/session.tsx";

/** The person's own account, where most rules can be met, stays open. */
export function RulesGate({ children }: { readonly children: ReactNode }) {
  const { unmetRule, twoFactorDueAt } = useOrganization();
  const isAccount = useLocation({ select: ({ pathname }) => pathname === "/account" });
  const isClosed = unmetRule !== null && !isAccount;
  const isNeeded = isClosed || (unmetRule === null && twoFactorDueAt !== null);
  const Notice = useNotice(isNeeded);
  if (!isNeeded) return children;
  if (Notice === null) return null; // the page would move when the notice appears
  return (
    <>
      <Notice />
      {isClosed ? null : children}
    </>
  );
}

/** Loaded only for those who need it. */
function useNotice(isNeeded: boolean): ComponentType | null {
  const { languages } = useRouteContext({ from: "__root__" });
  const [Notice, setNotice] = useState<ComponentType | null>(null);
  useEffect(() => {
    if (!isNeeded) return;
    Promise.all([loadModule(() => import("./rules-notice.tsx")), languages.need("organization-rules")]).then(
      ([{ RulesNotice }]) => setNotice(() => RulesNotice),
      () => undefined, // without a connection the page says so itself
    );
  }, [isNeeded, languages]);
  return Notice;
}
