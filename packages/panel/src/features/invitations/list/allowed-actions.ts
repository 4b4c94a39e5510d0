import type { InvitationView, RoleView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react";
import { useMemo } from "react";
import { findForbiddenRole, formatCeilingError, useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { indexQualifiedLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { useSession } from "../../../lib/session/session.tsx";

/** What the actor may do with an invitation. */
export interface AllowedActions {
  readonly resend: boolean;
  readonly copyLink: boolean;
  readonly revoke: boolean;
  /** Why a role of the invitation forbids everything; null if none does, or if there is nothing to forbid. */
  readonly reason: string | null;
}

const nothing: AllowedActions = { resend: false, copyLink: false, revoke: false, reason: null };

/** Which actions the actor's permissions and the grant ceiling allow. */
export function useAllowedActions(
  invitation: InvitationView,
  roles: readonly RoleView[] | null,
): AllowedActions {
  const { i18n } = useLingui();
  const { permissions } = useSession();
  const ceiling = useGrantCeiling();
  const { groups } = useCatalogue();
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  const { status } = invitation;
  const canSend = permissions.has("invitations:send");
  const canRevoke = permissions.has("invitations:revoke");
  if ((status !== "pending" && status !== "expired") || !(canSend || canRevoke)) return nothing;
  const beyond = findForbiddenRole(invitation, ceiling, roles);
  if (beyond !== null)
    return { ...nothing, reason: formatCeilingError(beyond.role, beyond.missing, labels, i18n) };
  return { resend: canSend, copyLink: canSend && status === "pending", revoke: canRevoke, reason: null };
}
