import { displayEmail, type UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { UserStatusBadge } from "../../../ui/data-display/badges.tsx";
import { Avatar } from "../../../ui/data-display/person.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../../ui/overlays/menu.tsx";
import { useAccessChanges } from "../use-access-changes.tsx";
import { useEndSessions } from "./use-end-sessions.ts";
import styles from "./user.module.css";

interface UserHeaderProps {
  readonly user: UserDetails;
}

/** The header of the page with the user's actions. */
export function UserHeader({ user }: UserHeaderProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const changes = useAccessChanges({ onRemoved: () => navigate({ to: "/users", ignoreBlocker: true }) });
  const may = changes.allowedFor(user);
  const sessions = useEndSessions(user);
  const inviter = user.invitedBy?.name;
  return (
    <header className={styles["who"]}>
      <Avatar name={user.name} accountId={user.accountId} isLarge />
      <div className={styles["names"]}>
        <h1 tabIndex={-1} data-page-heading="">
          {user.name}
        </h1>
        <div className={styles["meta"]}>
          <span>{displayEmail(user.email)}</span>
          <UserStatusBadge status={user.status} />
          <span>
            {inviter === undefined ? (
              <Trans>
                Set the organization up, <Time at={user.createdAt} as="date" />
              </Trans>
            ) : (
              <Trans>
                Invited by {inviter}, <Time at={user.createdAt} as="date" />
              </Trans>
            )}
          </span>
        </div>
      </div>
      {may.suspend || may.remove ? (
        <div className={styles["push"]}>
          <MenuButton label={t`Actions for ${user.name}`} text={<Trans>More actions</Trans>}>
            {may.suspend ? (
              <MenuItem
                onAction={() => changes.setStatus(user, user.status === "active" ? "suspended" : "active")}
              >
                {user.status === "active" ? t`Suspend` : t`Restore access`}
              </MenuItem>
            ) : null}
            {may.suspend ? (
              <MenuItem onAction={() => sessions.mutate(null)}>{t`Sign out everywhere`}</MenuItem>
            ) : null}
            {may.suspend && may.remove ? <MenuSeparator /> : null}
            {may.remove ? (
              <MenuItem isDangerous onAction={() => changes.requestRemoval(user)}>
                <Trans>Remove…</Trans>
              </MenuItem>
            ) : null}
          </MenuButton>
        </div>
      ) : null}
      {changes.dialog}
    </header>
  );
}
