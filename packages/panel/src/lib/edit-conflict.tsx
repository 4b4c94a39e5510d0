import type { AuditAction } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Time } from "../ui/data-display/time.tsx";
import { WarningIcon } from "../ui/icons.tsx";
import { LinkButton } from "../ui/text.tsx";
import { useApiQuery } from "./api/use-api.tsx";
import styles from "./edit-conflict.module.css";
import { formatActor } from "./labels/event-labels.ts";
import { useCan, useOrganization } from "./session/session.tsx";

/** An alert for an edit conflict: another user saved while this user was editing. */
export function ConflictAlert({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles["frame"]} role="alert">
      <WarningIcon />
      <div>{children}</div>
    </div>
  );
}

/** What was changed by someone else. */
interface ChangedByProps {
  /** Id of the changed object. */
  readonly target: string;
  readonly action: "organizations.edited" | "roles.edited" | "users.roles-changed";
}

interface ConflictNoteProps {
  /** Null when nothing was changed that the author must be named for. */
  readonly changedBy: ChangedByProps | null;
  /** What was changed, in the same paragraph. */
  readonly summary?: ReactNode;
  /** Paragraphs with a decision each. */
  readonly children?: ReactNode;
}

/** What another user saved in the meantime, above the draft that was rebased onto it. */
export function ConflictNote({ changedBy, summary, children }: ConflictNoteProps) {
  return (
    <ConflictAlert>
      <p>
        {changedBy === null ? null : <ChangedBy {...changedBy} />} {summary}{" "}
        <Trans>Your changes are kept and applied to the latest version.</Trans>
      </p>
      {children}
    </ConflictAlert>
  );
}

interface ConflictFieldProps {
  /** What the field contains now. */
  readonly children: ReactNode;
  /** Uses the other user's value; null when the draft has the same. */
  readonly onUseTheirs: (() => void) | null;
}

/** A field that another user changed. */
export function ConflictField({ children, onUseTheirs }: ConflictFieldProps) {
  return (
    <p>
      {children}{" "}
      {onUseTheirs === null ? null : (
        <>
          <Trans>Yours is different.</Trans>{" "}
          <LinkButton onClick={onUseTheirs}>
            <Trans>Use theirs</Trans>
          </LinkButton>
        </>
      )}
    </p>
  );
}

function ChangedBy({ target, action }: ChangedByProps) {
  const last = useLastChange(target, action);
  if (last === null) return <b>{byUnknown[action]}</b>;
  const time = <Time at={last.at} as="phrase" />;
  return <b>{last.changedBy === null ? bySelf[action](time) : byOther[action](last.changedBy, time)}</b>;
}

/** For readers who can't view the audit log. */
const byUnknown: Readonly<Record<ChangedByProps["action"], ReactNode>> = {
  "organizations.edited": <Trans>Someone else changed the settings while you were editing.</Trans>,
  "roles.edited": <Trans>Someone else changed this role while you were editing.</Trans>,
  "users.roles-changed": <Trans>Someone else changed these roles while you were editing.</Trans>,
};

/** "You changed this role in another window 2 minutes ago." */
const bySelf: Readonly<Record<ChangedByProps["action"], (time: ReactNode) => ReactNode>> = {
  "organizations.edited": (time) => <Trans>You changed the settings in another window {time}.</Trans>,
  "roles.edited": (time) => <Trans>You changed this role in another window {time}.</Trans>,
  "users.roles-changed": (time) => <Trans>You changed these roles in another window {time}.</Trans>,
};

/** "Ayşe changed this role 2 minutes ago." */
const byOther: Readonly<Record<ChangedByProps["action"], (name: string, time: ReactNode) => ReactNode>> = {
  "organizations.edited": (name, time) => (
    <Trans>
      {name} changed the settings {time}.
    </Trans>
  ),
  "roles.edited": (name, time) => (
    <Trans>
      {name} changed this role {time}.
    </Trans>
  ),
  "users.roles-changed": (name, time) => (
    <Trans>
      {name} changed these roles {time}.
    </Trans>
  ),
};

/** The author and time of the last change. */
interface LastChange {
  /** Null for the signed-in user, in another window. */
  readonly changedBy: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** The last change of a target; null until it is loaded, and without the permission to view the audit log. */
function useLastChange(target: string, action: AuditAction): LastChange | null {
  const { i18n } = useLingui();
  const { userId } = useOrganization();
  const events = useApiQuery(
    "GET /organizations/:organizationId/audit-events",
    { query: { target, action, limit: "1" } },
    { enabled: useCan("audit:view") },
  );
  const event = events.data?.body.items[0];
  if (event === undefined) return null;
  return { changedBy: event.actor.id === userId ? null : formatActor(event.actor, i18n), at: event.at };
}
