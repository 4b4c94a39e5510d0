import type { InvitationView, RoleView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useSession } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../../ui/overlays/menu.tsx";
import { useAllowedActions } from "./allowed-actions.ts";
import type { InvitationActions } from "./use-invitations.ts";

interface InvitationRowMenuProps {
  readonly invitation: InvitationView;
  readonly actions: InvitationActions;
  readonly roles: readonly RoleView[] | null;
  readonly onOpen: () => void;
  /** Invites the address again; null without permission to invite. */
  readonly onInvite: ((address: string) => void) | null;
}

/** Actions for one invitation; those that are not allowed are hidden, or disabled with the reason. */
export function InvitationRowMenu(props: InvitationRowMenuProps) {
  const { invitation, onOpen, onInvite } = props;
  const { t } = useLingui();
  const navigate = useNavigate();
  const { permissions } = useSession();
  const { email, name, status, accepted } = invitation;
  const copyEmail = useCopyEmail();
  const isOpen = status === "pending" || status === "expired";
  return (
    <MenuButton label={t`Actions for ${email}`}>
      <MenuItem onAction={onOpen}>{t`Details`}</MenuItem>
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
  const { t } = useLingui();
  const { permissions } = useSession();
  const allowed = useAllowedActions(invitation, roles);
  if (allowed.reason !== null)
    return (
      <>
        <MenuItem isOff about={allowed.reason} onAction={stay}>
          {permissions.has("invitations:send") ? t`Send again, copy or revoke` : t`Revoke`}
        </MenuItem>
        <MenuSeparator />
      </>
    );
  if (!allowed.resend && !allowed.revoke) return null;
  return (
    <>
      {allowed.resend ? (
        <MenuItem
          about={t`Creates a new link; the old one stops working`}
          onAction={() => actions.resend(invitation)}
        >
          {t`Send again`}
        </MenuItem>
      ) : null}
      {allowed.copyLink ? (
        <MenuItem onAction={() => actions.copyLink(invitation)}>{t`Copy link`}</MenuItem>
      ) : null}
      {allowed.revoke ? (
        <MenuItem isDangerous onAction={() => actions.revoke(invitation)}>{t`Revoke`}</MenuItem>
      ) : null}
      <MenuSeparator />
    </>
  );
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
