import type { InvitationView, RoleView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { findForbiddenRole, formatCeilingError, useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { indexQualifiedLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { useSession } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../../ui/overlays/menu.tsx";
import type { InvitationActions } from "./use-invitations.ts";

interface InvitationRowMenuProps {
  readonly invitation: InvitationView;
  readonly actions: InvitationActions;
  readonly roles: readonly RoleView[] | null;
  /** Invites the address again; null without permission to invite. */
  readonly onInvite: ((address: string) => void) | null;
}

/** Actions for one invitation; those that are not allowed are hidden, or disabled with the reason. */
export function InvitationRowMenu(props: InvitationRowMenuProps) {
  const { invitation, onInvite } = props;
  const { t } = useLingui();
  const navigate = useNavigate();
  const { permissions } = useSession();
  const { email, name, status, accepted } = invitation;
  const copyEmail = useCopyEmail();
  const isOpen = status === "pending" || status === "expired";
  return (
    <MenuButton label={t`Actions for ${email}`}>
      {isOpen ? <OpenActions {...props} /> : null}
      {accepted !== undefined && permissions.has("users:view") ? (
        <MenuItem
          onAction={() => void navigate({ to: "/users/$userId", params: { userId: accepted.userId } })}
        >
          {t`Open user`}
        </MenuItem>
      ) : null}
      {status === "revoked" && onInvite !== null ? (
        <MenuItem onAction={() => onInvite(name === undefined ? email : `"${name}" <${email}>`)}>
          {t`Invite again…`}
        </MenuItem>
      ) : null}
      <MenuItem onAction={() => void copyEmail(email)}>{t`Copy e-mail address`}</MenuItem>
    </MenuButton>
  );
}

function OpenActions({ invitation, actions, roles }: InvitationRowMenuProps) {
  const { t, i18n } = useLingui();
  const { permissions } = useSession();
  const ceiling = useGrantCeiling();
  const labels = useLabels();
  const canSend = permissions.has("invitations:send");
  const canRevoke = permissions.has("invitations:revoke");
  if (!canSend && !canRevoke) return null;
  const beyond = findForbiddenRole(invitation, ceiling, roles);
  if (beyond !== null)
    return (
      <>
        <MenuItem isOff about={formatCeilingError(beyond.role, beyond.missing, labels, i18n)} onAction={stay}>
          {canSend ? t`Send again, copy or revoke` : t`Revoke`}
        </MenuItem>
        <MenuSeparator />
      </>
    );
  return (
    <>
      {canSend ? (
        <MenuItem
          about={t`Creates a new link; the old one stops working`}
          onAction={() => actions.resend(invitation)}
        >
          {t`Send again`}
        </MenuItem>
      ) : null}
      {canSend && invitation.status === "pending" ? (
        <MenuItem onAction={() => actions.copyLink(invitation)}>{t`Copy link`}</MenuItem>
      ) : null}
      {canRevoke ? (
        <MenuItem isDangerous onAction={() => actions.revoke(invitation)}>{t`Revoke`}</MenuItem>
      ) : null}
      <MenuSeparator />
    </>
  );
}

function useLabels(): ReadonlyMap<string, string> {
  const { groups } = useCatalogue();
  return useMemo(() => indexQualifiedLabels(groups), [groups]);
}

function useCopyEmail(): (email: string) => Promise<void> {
  const { t } = useLingui();
  const say = useStatusMessage();
  return async (email) => {
    try {
      await navigator.clipboard.writeText(email);
      say({ text: t`${email} is copied` });
    } catch {
      say({ tone: "warn", text: t`Your browser blocked copying. The address is ${email}` });
    }
  };
}

/** A disabled item does nothing. */
function stay(): void {}
