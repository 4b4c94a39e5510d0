/** The small marks of lists: roles, status, what is gained and lost, what is sensitive. Never colour alone. */
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useRef, useState } from "react";
import { Dialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { classNames } from "./class-names.ts";
import { DoneIcon, FailedIcon, MinusIcon, PausedIcon, PlusIcon, WaitingIcon, WarningIcon } from "./icons.tsx";
import styles from "./marks.module.css";
import popover from "./popover.module.css";

/** A role's name in its frame. */
function RoleBadge({ children }: { readonly children: ReactNode }) {
  return <span className={styles["role"]}>{children}</span>;
}

interface RolesProps {
  readonly roles: ReadonlyArray<{ readonly id: string; readonly name: string }>;
  /** Whose roles; named by the button that shows the rest. */
  readonly of: string;
  /** How many are printed before "+2". */
  readonly shown?: number;
}

/** The first two roles and "+2", a button that lists all of them. */
export function Roles({ roles, of, shown = 2 }: RolesProps) {
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

/** What a status is like; only exceptions get a colour. */
type StatusTone = "plain" | "good" | "warn" | "bad";

interface StatusProps {
  readonly tone?: StatusTone;
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

/** An icon and a word. */
export function Status({ tone = "plain", icon = <DoneIcon />, children }: StatusProps) {
  return (
    <span className={classNames(styles["status"], tone !== "plain" && styles[tone])}>
      {icon}
      {children}
    </span>
  );
}

/** `active` or `suspended`, as every list and header shows it. */
export function UserStatusMark({ status }: { readonly status: "active" | "suspended" }) {
  if (status === "active") return <Status>{<Trans>Active</Trans>}</Status>;
  return (
    <Status tone="warn" icon={<PausedIcon />}>
      <Trans>Suspended</Trans>
    </Status>
  );
}

/** What became of a mail: sent only when the mail server took it. */
export function DeliveryMark({
  delivery,
  isQuiet = false,
}: {
  readonly delivery: "queued" | "sent" | "failed" | "not-configured";
  /** In lists, where most were sent: that is no news. */
  readonly isQuiet?: boolean;
}) {
  switch (delivery) {
    case "sent":
      return (
        <Status tone={isQuiet ? "plain" : "good"}>
          <Trans>Sent</Trans>
        </Status>
      );
    case "queued":
      return (
        <Status tone="warn" icon={<WaitingIcon />}>
          <Trans>Waiting</Trans>
        </Status>
      );
    case "failed":
      return (
        <Status tone="bad" icon={<FailedIcon />}>
          <Trans>Not sent</Trans>
        </Status>
      );
    case "not-configured":
      return (
        <Status icon={<MinusIcon />}>
          <Trans>Not mailed</Trans>
        </Status>
      );
  }
}

interface DeltaProps {
  readonly change: "gained" | "lost";
  readonly children: ReactNode;
}

/** Something that is added (green, plus) or taken away (red, minus). The words say it too. */
export function Delta({ change, children }: DeltaProps) {
  return (
    <span className={classNames(styles["delta"], styles[change])}>
      {change === "gained" ? <PlusIcon /> : <MinusIcon />}
      {children}
    </span>
  );
}

/** Marks a permission that deserves a second look. */
export function Sensitive() {
  return (
    <span className={styles["sensitive"]}>
      <WarningIcon />
      <Trans>Sensitive</Trans>
    </span>
  );
}
