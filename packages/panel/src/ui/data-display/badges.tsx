/** Badges: roles, status, changes, sensitive permissions. Never by colour alone. */
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useRef, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { classNames } from "../class-names.ts";
import {
  DoneIcon,
  FailedIcon,
  MinusIcon,
  PausedIcon,
  PlusIcon,
  WaitingIcon,
  WarningIcon,
} from "../icons.tsx";
import popover from "../overlays/popover.module.css";
import styles from "./badges.module.css";

/** The name of a role. */
function RoleBadge({ children }: { readonly children: ReactNode }) {
  return <span className={styles["role"]}>{children}</span>;
}

interface RoleBadgesProps {
  readonly roles: ReadonlyArray<{ readonly id: string; readonly name: string }>;
  /** The name of the user, for the button that shows the rest. */
  readonly of: string;
  /** How many are shown before "+2". */
  readonly shown?: number;
}

/** The first two roles and "+2", a button that lists all of them. */
export function RoleBadges({ roles, of, shown = 2 }: RoleBadgesProps) {
  const { t } = useLingui();
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const hidden = roles.length - shown;
  return (
    <span className={styles["roles"]}>
      {roles.slice(0, shown).map((role) => (
        <RoleBadge key={role.id}>{role.name}</RoleBadge>
      ))}
      {hidden > 0 ? (
        <button
          type="button"
          ref={trigger}
          className={styles["more"]}
          aria-label={t`+${hidden}: all ${roles.length} roles of ${of}`}
          aria-haspopup="dialog"
          aria-expanded={isOpen}
          onClick={() => setOpen(true)}
        >
          +{hidden}
        </button>
      ) : null}
      {isOpen ? (
        <Popover
          className={popover["popover"] ?? ""}
          triggerRef={trigger}
          trigger="DialogTrigger"
          offset={4}
          isOpen
          onOpenChange={setOpen}
        >
          <Dialog className={popover["dialog"] ?? ""} aria-label={t`Roles of ${of}`}>
            <ul className={styles["names"]}>
              {roles.map((role) => (
                <li key={role.id}>{role.name}</li>
              ))}
            </ul>
          </Dialog>
        </Popover>
      ) : null}
    </span>
  );
}

/** Only exceptions have a colour. */
type StatusTone = "plain" | "good" | "warn" | "bad";

interface StatusBadgeProps {
  readonly tone?: StatusTone;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** An icon with a word. */
export function StatusBadge({ tone = "plain", icon = <DoneIcon />, children }: StatusBadgeProps) {
  return (
    <span className={classNames(styles["status"], tone !== "plain" && styles[tone])}>
      {icon}
      {children}
    </span>
  );
}

/** The status of a user. */
export function UserStatusBadge({ status }: { readonly status: "active" | "suspended" }) {
  if (status === "active") return <StatusBadge>{<Trans>Active</Trans>}</StatusBadge>;
  return (
    <StatusBadge tone="warn" icon={<PausedIcon />}>
      <Trans>Suspended</Trans>
    </StatusBadge>
  );
}

/** The delivery of an email: "Sent" after the mail server accepted it. */
export function DeliveryBadge({
  delivery,
  isQuiet = false,
}: {
  readonly delivery: "queued" | "sent" | "failed" | "not-configured";
  /** Without colour for "Sent", in lists. */
  readonly isQuiet?: boolean;
}) {
  switch (delivery) {
    case "sent":
      return (
        <StatusBadge tone={isQuiet ? "plain" : "good"}>
          <Trans>Sent</Trans>
        </StatusBadge>
      );
    case "queued":
      return (
        <StatusBadge tone="warn" icon={<WaitingIcon />}>
          <Trans>Waiting</Trans>
        </StatusBadge>
      );
    case "failed":
      return (
        <StatusBadge tone="bad" icon={<FailedIcon />}>
          <Trans>Not sent</Trans>
        </StatusBadge>
      );
    case "not-configured":
      return (
        <StatusBadge icon={<MinusIcon />}>
          <Trans>E-mail not sent</Trans>
        </StatusBadge>
      );
  }
}

interface ChangeBadgeProps {
  readonly change: "gained" | "lost";
  readonly children: ReactNode;
}

/** An added (green, plus) or removed (red, minus) entry. The text says it too. */
export function ChangeBadge({ change, children }: ChangeBadgeProps) {
  return (
    <span className={classNames(styles["change"], styles[change])}>
      {change === "gained" ? <PlusIcon /> : <MinusIcon />}
      {children}
    </span>
  );
}

/** Marks a sensitive permission. */
export function SensitiveBadge() {
  return (
    <span className={styles["sensitive"]}>
      <WarningIcon />
      <Trans>Sensitive</Trans>
    </span>
  );
}
