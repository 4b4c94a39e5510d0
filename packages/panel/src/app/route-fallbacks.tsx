/** What routes render while they are loading, and after an error. */
import { Trans } from "@lingui/react/macro";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import layout from "../features/auth/auth-layout.module.css";
import { ProblemState } from "../lib/api/problem-text.tsx";
import { ApiProblem } from "../lib/api/request.ts";
import { loadPage } from "../lib/base-path.ts";
import { findCause, isModuleError } from "../lib/load-module.ts";
import { recallInTab, rememberInTab } from "../lib/storage/storage.ts";
import { Button } from "../ui/forms/button.tsx";
import { Logo } from "../ui/icons.tsx";
import { VisuallyHidden } from "../ui/text.tsx";
import styles from "./route-fallbacks.module.css";

/** The empty authentication layout, while the server is slow. */
export function PendingAuthLayout() {
  return (
    <div className={layout["page"]}>
      <main className={layout["main"]} aria-busy="true">
        <Logo className={layout["logo"]} />
        <Loading />
      </main>
    </div>
  );
}

/** The empty shell, while the server is slow. */
export function PendingShell() {
  return (
    <div className={styles["shell"]}>
      <div className={styles["side"]} />
      <main aria-busy="true">
        <Loading />
      </main>
    </div>
  );
}

function Loading() {
  return (
    <VisuallyHidden>
      <Trans>Loading…</Trans>
    </VisuallyHidden>
  );
}

/** The error component outside the shell: the reason, a retry, a link to the start page. */
export function RootError({ error }: { readonly error: unknown }) {
  return (
    <main className={styles["page"]}>
      <PageError error={error} />
      <Button variant="quiet" onClick={() => loadPage("/")}>
        <Trans>Go to the start page</Trans>
      </Button>
    </main>
  );
}

/** The error component of pages inside the shell, which stays usable. */
export function PageError({ error }: { readonly error: unknown }) {
  const router = useRouter();
  if (isModuleError(error) || (error instanceof ApiProblem && isModuleError(error.cause)))
    return <ModuleError error={error} />;
  return <ProblemState isPage error={error} onRetry={() => router.invalidate()} />;
}

/** A file of the panel is missing. Reloads the page once the server responds, and once for each new build. */
function ModuleError({ error }: { readonly error: unknown }) {
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  async function check(): Promise<ApiProblem> {
    const cause = await findCause(error);
    setProblem(cause);
    return cause;
  }
  const reloadForNewBuild = useEffectEvent(async () => {
    const { code, params } = await check();
    const build = String(params["build"]);
    if (code !== "panel/updated" || recallInTab("reloaded-for") === build) return;
    rememberInTab("reloaded-for", build);
    location.reload();
  });
  useEffect(() => void reloadForNewBuild(), []);
  // Browsers may remember that a file is missing, so that only a new page loads it.
  const retry = async () => ((await check()).code.startsWith("panel/") ? location.reload() : undefined);
  if (problem === null) return null;
  return <ProblemState isPage error={problem} onRetry={retry} />;
}
