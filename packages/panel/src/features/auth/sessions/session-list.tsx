import type { UserSession } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Time } from "../../../ui/data-display/time.tsx";
import rows from "../../../ui/tables/row-list.module.css";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import styles from "./session-list.module.css";
import { useDeviceName, useMethodName } from "./session-texts.ts";

interface SessionListProps {
  /** Whose sessions they are: "Sessions of Aydın Kılınç". */
  readonly label: string;
  readonly sessions: readonly UserSession[];
  readonly onEnd: (session: UserSession) => void;
}

/** Sessions of an account, each with a sign-out button except the current one. */
export function SessionList({ label, sessions, onEnd }: SessionListProps) {
  return (
    <ul className={rows["list"]} aria-label={label}>
      {sessions.map((session) => (
        <SessionRow key={session.id} session={session} onEnd={() => onEnd(session)} />
      ))}
    </ul>
  );
}

function SessionRow({ session, onEnd }: { readonly session: UserSession; readonly onEnd: () => void }) {
  const { t } = useLingui();
  const device = useDeviceName()(session.userAgent);
  const method = useMethodName()(session.method);
  return (
    <li>
      <span>
        <b>{device}</b>
        <span className={styles["second"]}>
          {session.ip ?? t`Unknown address`} · <Trans>last seen</Trans>{" "}
          <Time at={session.lastSeenAt} as="phrase" /> · <Trans>signed in</Trans>{" "}
          <Time at={session.createdAt} as="date" /> · {method}
        </span>
      </span>
      {session.current ? (
        <span className={styles["second"]}>
          <Trans>This session</Trans>
        </span>
      ) : (
        <LinkButton variant="quiet" onClick={onEnd}>
          <Trans>Sign out</Trans>
          <VisuallyHidden> {device}</VisuallyHidden>
        </LinkButton>
      )}
    </li>
  );
}
