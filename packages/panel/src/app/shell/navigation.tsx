import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { RolesIcon, SettingsIcon, UsersIcon } from "../../ui/icons.tsx";
import { useCan } from "../session/session.tsx";
import { useShortcut } from "../shortcuts/shortcuts.tsx";
import styles from "./shell.module.css";

/** The pages that exist and that one may open. */
export function Navigation({ onFollow }: { readonly onFollow?: () => void }) {
  const { t } = useLingui();
  const canViewUsers = useCan("users:view");
  const canViewRoles = useCan("roles:view");
  const canViewSettings = useCan("organization:view");
  const shared = {
    activeOptions: { exact: false, includeSearch: false },
    onClick: () => onFollow?.(),
  };
  return (
    <nav className={styles["nav"]} aria-label={t`Main`}>
      <ul>
        {canViewUsers ? (
          <li>
            <Link to="/users" {...shared}>
              <UsersIcon />
              <Trans>Users</Trans>
            </Link>
          </li>
        ) : null}
        {canViewRoles ? (
          <li>
            <Link to="/roles" {...shared}>
              <RolesIcon />
              <Trans>Roles</Trans>
            </Link>
          </li>
        ) : null}
        {canViewSettings ? (
          <li className={styles["apart"]}>
            <Link to="/settings/organization" {...shared}>
              <SettingsIcon />
              <Trans>Settings</Trans>
            </Link>
          </li>
        ) : null}
      </ul>
    </nav>
  );
}

/** The keys that lead to the pages: "g u", "g r". Once a shell, because the navigation may be there twice. */
export function useNavigationKeys(): void {
  const { t } = useLingui();
  const navigate = useNavigate();
  const canViewUsers = useCan("users:view");
  const canViewRoles = useCan("roles:view");
  useShortcut(
    { keys: "g u", label: t`Go to users` },
    canViewUsers ? () => void navigate({ to: "/users" }) : null,
  );
  useShortcut(
    { keys: "g r", label: t`Go to roles` },
    canViewRoles ? () => void navigate({ to: "/roles" }) : null,
  );
}
