import type { InvitationView, RoleView } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useSession } from "../../../app/session/session.tsx";
import { useStatus } from "../../../app/status-strip.tsx";
import { ceilingText, permissionLabels } from "../../../app/users/role-ceiling.ts";
import { useCatalogue } from "../../../app/words/use-catalogue.ts";
import { MenuButton, MenuItem, MenuLine } from "../../../ui/menu.tsx";
import { roleBeyond } from "./may-act-on.ts";
import type { InvitationActions } from "./use-invitation-actions.ts";

interface RowMenuProps {
  readonly invitation: InvitationView;
  readonly actions: InvitationActions;
  readonly roles: readonly RoleView[] | null;
  /** Invites the address anew; null without the right to. */
  readonly onInvite: ((address: string) => void) | null;
}

/** What can be done with one invitation. What the reader may not do is not there, or there with its reason. */
export function RowMenu(props: RowMenuProps) {
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

function OpenActions({ invitation, actions, roles }: RowMenuProps) {
  const { t, i18n } = useLingui();
  const { permissions } = useSession();
  const labels = useLabels();
  const canSend = permissions.has("invitations:send");
  const canRevoke = permissions.has("invitations:revoke");
  if (!canSend && !canRevoke) return null;
  const beyond = roleBeyond(invitation, permissions, roles);
  if (beyond !== null)
    return (
      <>
        <MenuItem isOff about={ceilingText(beyond.role, beyond.missing, labels, i18n)} onAction={stay}>
          {canSend ? t`Send again, copy or revoke` : t`Revoke`}
        </MenuItem>
        <MenuLine />
      </>
    );
  return (
    <>
      {canSend ? (
        <MenuItem about={t`Makes a new link; the old one dies`} onAction={() => actions.resend(invitation)}>
          {t`Send again`}
        </MenuItem>
      ) : null}
      {canSend && invitation.status === "pending" ? (
        <MenuItem onAction={() => actions.copyLink(invitation)}>{t`Copy link`}</MenuItem>
      ) : null}
      {canRevoke ? (
        <MenuItem isDangerous onAction={() => actions.revoke(invitation)}>{t`Revoke`}</MenuItem>
      ) : null}
      <MenuLine />
    </>
  );
}

function useLabels(): ReadonlyMap<string, string> {
  const { groups } = useCatalogue();
  return useMemo(() => permissionLabels(groups), [groups]);
}

function useCopyEmail(): (email: string) => Promise<void> {
  const { t } = useLingui();
  const say = useStatus();
  return async (email) => {
    try {
      await navigator.clipboard.writeText(email);
      say({ text: t`${email} is copied` });
    } catch {
      say({ tone: "warn", text: t`The browser doesn’t let this page copy. The address is ${email}` });
    }
  };
}

/** What is off does nothing. */
function stay(): void {}
