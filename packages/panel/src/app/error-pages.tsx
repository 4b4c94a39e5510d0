import { Trans } from "@lingui/react/macro";
import { useRouter } from "@tanstack/react-router";
import { ProblemState } from "../lib/api/problem-state.tsx";
import { Button } from "../ui/forms/button.tsx";
import styles from "./error-pages.module.css";

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
