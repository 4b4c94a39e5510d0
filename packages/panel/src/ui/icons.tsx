/** Icons: 16 px, 1.5 stroke, always next to a text or in a button with a name. */
import type { ReactNode } from "react";
import styles from "./icons.module.css";

/** A component that shows these shapes of a 16 × 16 grid. */
function createIcon(shapes: ReactNode): () => ReactNode {
  return () => (
    <svg className={styles["icon"]} viewBox="0 0 16 16" aria-hidden="true">
      {shapes}
    </svg>
  );
}

const circle = <circle cx="8" cy="8" r="6" />;

/** People. */
export const UsersIcon = createIcon(
  <>
    <circle cx="6" cy="5.25" r="2.5" />
    <path d="M1.5 13.25c.3-2.6 2.1-4.25 4.5-4.25s4.2 1.65 4.5 4.25M10.75 2.9a2.5 2.5 0 0 1 0 4.7M12.4 9.6c1.2.7 1.9 2 2.1 3.65" />
  </>,
);

/** A key: roles. */
export const RolesIcon = createIcon(
  <>
    <circle cx="5.25" cy="10.75" r="3" />
    <path d="m7.5 8.5 6-6M11 5l2.25 2.25M9.25 6.75 10.5 8" />
  </>,
);

/** Two links of a chain: implied. */
export const ChainIcon = createIcon(
  <path d="M6.75 9.25a2.5 2.5 0 0 0 3.55 0l2.2-2.2A2.5 2.5 0 0 0 9 3.5l-.75.75M9.25 6.75a2.5 2.5 0 0 0-3.55 0l-2.2 2.2A2.5 2.5 0 0 0 7 12.5l.75-.75" />,
);

/** Two sliders: settings. */
export const SettingsIcon = createIcon(
  <>
    <path d="M2 4.75h6.5M12 4.75h2M2 11.25h2M7.5 11.25H14" />
    <circle cx="10.25" cy="4.75" r="1.75" />
    <circle cx="5.75" cy="11.25" r="1.75" />
  </>,
);

/** An envelope. */
export const MailIcon = createIcon(
  <>
    <rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.5" />
    <path d="m2.25 4.5 5.75 4.25 5.75-4.25" />
  </>,
);

/** Three lines. */
export const MenuIcon = createIcon(<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" />);

/** A funnel of lines. */
export const FilterIcon = createIcon(<path d="M2 4h12M4.25 8h7.5M6.5 12h3" />);

/** A magnifier. */
export const SearchIcon = createIcon(
  <>
    <circle cx="7" cy="7" r="4.5" />
    <path d="m10.5 10.5 3.5 3.5" />
  </>,
);

/** Swap. */
export const SwapIcon = createIcon(
  <path d="M2.5 5.5h10.75M10.5 2.75l2.75 2.75-2.75 2.75M13.5 10.5H2.75M5.5 7.75 2.75 10.5l2.75 2.75" />,
);

/** Add. */
export const PlusIcon = createIcon(<path d="M8 3v10M3 8h10" />);

/** Remove. */
export const MinusIcon = createIcon(<path d="M3 8h10" />);

/** Close, clear. */
export const CloseIcon = createIcon(<path d="m4 4 8 8M12 4l-8 8" />);

/** A tick. */
export const TickIcon = createIcon(<path d="m3 8.5 3.25 3.25L13 4.75" />);

/** Three dots. */
export const MoreIcon = createIcon(<path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.25" />);

/** Opens below. */
export const ChevronDownIcon = createIcon(<path d="m4 6 4 4 4-4" />);

/** Back. */
export const ChevronLeftIcon = createIcon(<path d="m10 4-4 4 4 4" />);

/** Forward. */
export const ChevronRightIcon = createIcon(<path d="m6 4 4 4-4 4" />);

/** Opens a choice. */
export const ChevronUpDownIcon = createIcon(<path d="m5 6 3-3 3 3M5 10l3 3 3-3" />);

/** Descending. */
export const ArrowDownIcon = createIcon(<path d="M8 3v10M4.5 9.5 8 13l3.5-3.5" />);

/** Ascending. */
export const ArrowUpIcon = createIcon(<path d="M8 13V3M4.5 6.5 8 3l3.5 3.5" />);

/** Caused by. */
export const ArrowLeftIcon = createIcon(<path d="M13 8H3M6.5 4.5 3 8l3.5 3.5" />);

/** A tick in a circle: active, done. */
export const DoneIcon = createIcon(
  <>
    {circle}
    <path d="m5.5 8.25 1.75 1.75 3.25-3.75" />
  </>,
);

/** Two bars in a circle: suspended. */
export const PausedIcon = createIcon(
  <>
    {circle}
    <path d="M6.5 6v4M9.5 6v4" />
  </>,
);

/** A clock. */
export const WaitingIcon = createIcon(
  <>
    {circle}
    <path d="M8 4.75V8l2.25 1.5" />
  </>,
);

/** A cross in a circle. */
export const FailedIcon = createIcon(
  <>
    {circle}
    <path d="m6 6 4 4M10 6l-4 4" />
  </>,
);

/** A triangle: warning. */
export const WarningIcon = createIcon(
  <>
    <path d="M8 2.25 14.25 13H1.75z" />
    <path d="M8 6.5v3M8 11.2v.05" />
  </>,
);

/** A padlock. */
export const LockIcon = createIcon(
  <>
    <rect x="3.25" y="7" width="9.5" height="6.75" rx="1.5" />
    <path d="M5.25 7V5a2.75 2.75 0 0 1 5.5 0v2" />
  </>,
);

/** Two sheets. */
export const CopyIcon = createIcon(
  <>
    <rect x="5.25" y="5.25" width="8.5" height="8.5" rx="1.5" />
    <path d="M10.75 5.25v-1.5a1.5 1.5 0 0 0-1.5-1.5h-5.5a1.5 1.5 0 0 0-1.5 1.5v5.5a1.5 1.5 0 0 0 1.5 1.5h1.5" />
  </>,
);

/** An arrow into a tray: download. */
export const DownloadIcon = createIcon(
  <path d="M8 2.5v7.25M4.75 6.75 8 10l3.25-3.25M2.5 11.5v1a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-1" />,
);

/** Lines of a log: audit. */
export const AuditIcon = createIcon(<path d="M3.25 2.25v11.5M6.25 4h7M6.25 8h7M6.25 12h4.5" />);

/** The logo: two towers and a gate. */
export function Logo({ className }: { readonly className?: string | undefined }) {
  return (
    <svg className={className} viewBox="0 0 16 16" aria-hidden="true">
      <path
        fill="currentColor"
        d="M1 2.5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1V4h6V2.5a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1V15h-4v-4.5a3 3 0 0 0-6 0V15H1z"
      />
    </svg>
  );
}
