import type { UserView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useStatus } from "../../../app/status-strip.tsx";
import type { AccessChanges } from "../../../app/users/use-access-changes.tsx";
import { MenuButton, MenuItem, MenuLine } from "../../../ui/menu.tsx";

interface RowMenuProps {
  readonly user: UserView;
  readonly changes: AccessChanges;
}

/** What can be done with one user. What the reader may not do is not there. */
export function RowMenu({ user, changes }: RowMenuProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const say = useStatus();
  const { name, email } = user;
  async function copyEmail() {
    try {
      await navigator.clipboard.writeText(email);
      say({ text: t`${email} is copied` });
    } catch {
      say({ tone: "warn", text: t`The browser doesn’t let this page copy. The address is ${email}` });
    }
  }
  const may = changes.allowedFor(user);
  return (
    <MenuButton label={t`Actions for ${name}`}>
      <MenuItem onAction={() => void navigate({ to: "/users/$userId", params: { userId: user.id } })}>
        {t`Open`}
      </MenuItem>
      <MenuItem onAction={() => void copyEmail()}>{t`Copy e-mail address`}</MenuItem>
      {may.suspend || may.remove ? <MenuLine /> : null}
      {may.suspend ? (
        <MenuItem onAction={() => changes.setStatus(user, user.status === "active" ? "suspended" : "active")}>
          {user.status === "active" ? t`Suspend` : t`Restore access`}
        </MenuItem>
      ) : null}
      {may.remove ? (
        <MenuItem isDangerous onAction={() => changes.askToRemove(user)}>
          <Trans>Remove…</Trans>
        </MenuItem>
      ) : null}
    </MenuButton>
  );
}
