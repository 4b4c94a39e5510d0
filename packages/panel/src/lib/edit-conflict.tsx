import type { AuditAction } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { WarningIcon } from "../ui/icons.tsx";
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

/** The author and time of the last change. */
export interface LastChange {
  /** Null for the signed-in user, in another window. */
  readonly changedBy: string | null;
  /** RFC 3339. */
  readonly at: string;
}

/** The last change of a target; null until it is loaded, and without the permission to view the audit log. */
export function useLastChange(target: string, action: AuditAction): LastChange | null {
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
