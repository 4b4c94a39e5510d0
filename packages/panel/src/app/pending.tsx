import { Trans } from "@lingui/react/macro";
import { Mark } from "../ui/icons.tsx";
import { Hidden } from "../ui/text.tsx";
import gate from "./doorway/gate.module.css";
import styles from "./pending.module.css";

/** The empty doorway, while a slow server is asked who is there. */
export function PendingGate() {
  return (
    <div className={gate["door"]}>
      <main className={gate["gate"]} aria-busy="true">
        <Mark className={gate["mark"]} />
        <Loading />
      </main>
    </div>
  );
}

/** The empty frame, while a slow server answers. */
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
    <Hidden>
      <Trans>Loading…</Trans>
    </Hidden>
  );
}
