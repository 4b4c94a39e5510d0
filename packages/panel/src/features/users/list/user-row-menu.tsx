import type { UserView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../../ui/overlays/menu.tsx";
import type { AccessChanges } from "../use-access-changes.tsx";

interface UserRowMenuProps {
  readonly user: UserView;
  readonly changes: AccessChanges;
}

/** Actions for one user; only those that are allowed. */
export function UserRowMenu({ user, changes }: UserRowMenuProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const say = useStatusMessage();
  const { name, email } = user;
  async function copyEmail() {
    try {
      await navigator.clipboard.writeText(email);
      say({ text: t`${email} is copied` });
    } catch {
      say({ tone: "warn", text: t`Your browser blocked copying. The address is ${email}` });
    }
  }
  const may = changes.allowedFor(user);
  return (
    <MenuButton label={t`Actions for ${name}`}>
      <MenuItem onAction={() => void navigate({ to: "/users/$userId", params: { userId: user.id } })}>
        {t`Open`}
      </MenuItem>
      <MenuItem onAction={() => void copyEmail()}>{t`Copy e-mail address`}</MenuItem>
      {may.suspend || may.remove ? <MenuSeparator /> : null}
      {may.suspend ? (
        <MenuItem onAction={() => changes.setStatus(user, user.status === "active" ? "suspended" : "active")}>
          {user.status === "active" ? t`Suspend` : t`Restore access`}
        </MenuItem>
      ) : null}
      {may.remove ? (
        <MenuItem isDangerous onAction={() => changes.requestRemoval(user)}>
          <Trans>Remove…</Trans>
        </MenuItem>
      ) : null}
    </MenuButton>
  );
}
