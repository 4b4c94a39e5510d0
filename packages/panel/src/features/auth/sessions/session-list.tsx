import type { UserSession } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Time } from "../../../ui/data-display/time.tsx";
import rows from "../../../ui/tables/row-list.module.css";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import styles from "./session-list.module.css";

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
  const { browser, system } = parseUserAgent(session.userAgent);
  const device = [browser, system].filter((part) => part !== null).join(", ") || t`Unknown device`;
  return (
    <li>
      <span>
        <b>{device}</b>
        <span className={styles["second"]}>
          {session.ip ?? t`Unknown address`} · <Trans>last seen</Trans>{" "}
          <Time at={session.lastSeenAt} as="phrase" /> · <Trans>signed in</Trans>{" "}
          <Time at={session.createdAt} as="date" />
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

/** Null where the user agent contains no known name. */
interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

type Pattern = readonly [pattern: RegExp, name: string];

/** The order matters: most user agents also contain the names of other browsers. */
const browsers: readonly Pattern[] = [
  [/\bEdgA?(?:iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bYaBrowser\//, "Yandex"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\/|\bChromium\//, "Chrome"],
  [/\bVersion\/\S+.*\bSafari\//, "Safari"],
];

const systems: readonly Pattern[] = [
  [/\biPhone\b|\biPod\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/** Parses a `User-Agent` header. */
export function parseUserAgent(userAgent: string | null): Device {
  return { browser: findName(userAgent, browsers), system: findName(userAgent, systems) };
}

function findName(userAgent: string | null, patterns: readonly Pattern[]): string | null {
  return patterns.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1] ?? null;
}
