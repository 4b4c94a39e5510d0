import { Trans } from "@lingui/react/macro";
import layout from "../features/auth/auth-layout.module.css";
import { Logo } from "../ui/icons.tsx";
import { VisuallyHidden } from "../ui/text.tsx";
import styles from "./pending.module.css";

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
