import { Trans } from "@lingui/react/macro";
import { useRouter } from "@tanstack/react-router";
import { Button } from "../ui/button.tsx";
import { ProblemState } from "./problem-state.tsx";
import styles from "./root-error.module.css";

/** What is left when a page breaks: the reason, a new try, a fresh start. */
export function RootError({ error }: { readonly error: unknown }) {
  const router = useRouter();
  return (
    <main className={styles["page"]}>
      <ProblemState isPage error={error} onRetry={() => void router.invalidate()} />
      <Button variant="quiet" onClick={() => location.assign("/")}>
        <Trans>Go to the start page</Trans>
      </Button>
    </main>
  );
}
