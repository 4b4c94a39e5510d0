import type { AuditAction } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { WarningIcon } from "../ui/icons.tsx";
import { LinkButton } from "../ui/text.tsx";
import { useApiQuery } from "./api/use-api.tsx";
import styles from "./edit-conflict.module.css";
import { formatActor } from "./labels/event-labels.tsx";
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

/** The last change of an object, and the sentences that tell who made it. */
interface ChangedByProps {
  /** Id of the changed object. */
  readonly target: string;
  readonly action: AuditAction;
  /** "Someone else changed this role …", for readers who can't view the audit log. */
  readonly byUnknown: ReactNode;
  /** "You changed this role in another window 2 minutes ago." `at` is the time (RFC 3339). */
  readonly bySelf: (at: string) => ReactNode;
  /** "Ayşe changed this role 2 minutes ago." */
  readonly byOther: (name: string, at: string) => ReactNode;
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

function ChangedBy({ target, action, byUnknown, bySelf, byOther }: ChangedByProps) {
  const last = useLastChange(target, action);
  return (
    <b>
      {last === null
        ? byUnknown
        : last.changedBy === null
          ? bySelf(last.at)
          : byOther(last.changedBy, last.at)}
    </b>
  );
}

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
