/** Badges: roles, status, changes, sensitive permissions. Never by colour alone. */
import { plural } from "@lingui/core/macro";
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
import { dateOnly } from "./relative-time.ts";

/** A role that ends at an instant, or some days after joining; or without end. */
interface BadgeRole {
  readonly id: string;
  readonly name: string;
  readonly expiresAt?: string | undefined;
  readonly forDays?: number | undefined;
}

/** The name of a role, and until when it is given. */
function RoleText({ role: { name, expiresAt, forDays } }: { readonly role: BadgeRole }) {
  const { t, i18n } = useLingui();
  const end = expiresAt === undefined ? null : dateOnly(new Date(expiresAt), i18n.locale);
  const days =
    forDays === undefined ? null : t`${plural(forDays, { one: "for # day", other: "for # days" })}`;
  return (
    <>
      {name}
      {end === null ? null : <small className={styles["end"]}> {t`until ${end}`}</small>}
      {days === null ? null : <small className={styles["end"]}> {days}</small>}
    </>
  );
}

interface RoleBadgesProps {
  readonly roles: readonly BadgeRole[];
  /** The name of the user, for the button that shows the rest. */
  readonly of: string;
  /** How many are shown before "+2". */
  readonly shown?: number;
}

/** The first two roles and "+2", a button that lists all of them; "No role" without any. */
export function RoleBadges({ roles, of, shown = 2 }: RoleBadgesProps) {
  const { t } = useLingui();
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const hidden = roles.length - shown;
  if (roles.length === 0)
    return (
      <span className={styles["none"]}>
        <Trans>No role</Trans>
      </span>
    );
  return (
    <span className={styles["roles"]}>
      {roles.slice(0, shown).map((role) => (
        <span key={role.id} className={styles["role"]}>
          <RoleText role={role} />
        </span>
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
                <li key={role.id}>
                  <RoleText role={role} />
                </li>
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
