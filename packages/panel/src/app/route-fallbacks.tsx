/** What routes render while they are loading, and after an error. */
import { Trans } from "@lingui/react/macro";
import { useRouter } from "@tanstack/react-router";
import layout from "../features/auth/auth-layout.module.css";
import { ProblemState } from "../lib/api/problem-text.tsx";
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
      <Button variant="quiet" onClick={() => location.assign("/")}>
        <Trans>Go to the start page</Trans>
      </Button>
    </main>
  );
}

/** The error component of pages inside the shell, which stays usable. */
export function PageError({ error }: { readonly error: unknown }) {
  const router = useRouter();
  return <ProblemState isPage error={error} onRetry={() => void router.invalidate()} />;
}
