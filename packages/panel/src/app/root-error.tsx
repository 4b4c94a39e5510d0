import { Trans } from "@lingui/react/macro";
import { Button } from "../ui/button.tsx";
import { PageError } from "./page-error.tsx";
import styles from "./root-error.module.css";

/** What is left when the frame itself breaks: the reason, a new try, a fresh start. */
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
