import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { useApiQuery } from "../../lib/api/use-api.tsx";
import { formatCount } from "../../lib/lists/paging.ts";
import { useCan } from "../../lib/session/session.tsx";
import { useShortcut } from "../../lib/shortcuts/shortcuts.tsx";
import { AuditIcon, MailIcon, RolesIcon, SettingsIcon, UsersIcon } from "../../ui/icons.tsx";
import { VisuallyHidden } from "../../ui/text.tsx";
import styles from "./shell.module.css";

/** Links to the pages that the user may open. */
export function Navigation({ onNavigate }: { readonly onNavigate?: () => void }) {
  const { t } = useLingui();
  const canViewUsers = useCan("users:view");
  const canViewRoles = useCan("roles:view");
  const canViewAudit = useCan("audit:view");
  const canViewSettings = useCan("organization:view");
  const shared = {
    activeOptions: { exact: false, includeSearch: false },
    onClick: () => onNavigate?.(),
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
        <InvitationsEntry {...(onNavigate === undefined ? {} : { onNavigate })} />
        {canViewAudit ? (
          <li>
            <Link to="/audit" {...shared}>
              <AuditIcon />
              <Trans>Audit log</Trans>
            </Link>
          </li>
        ) : null}
        {canViewSettings ? (
          <li className={styles["separate"]}>
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

/** The link to the invitations, with the number of pending ones. */
function InvitationsEntry({ onNavigate }: { readonly onNavigate?: () => void }) {
  const { t, i18n } = useLingui();
  const canView = useCan("invitations:view");
  const counts = useApiQuery(
    "GET /organizations/:organizationId/invitations/counts",
    { query: {} },
    { enabled: canView, staleTime: 60_000 },
  );
  if (!canView) return null;
  const pending = counts.data?.body.pending;
  const number = pending === undefined || pending.count === 0 ? null : formatCount(pending, i18n);
  return (
    <li>
      <Link
        to="/invitations"
        activeOptions={{ exact: false, includeSearch: false }}
        onClick={() => onNavigate?.()}
      >
        <MailIcon />
        <Trans>Invitations</Trans>
        {number === null ? null : (
          <span className={styles["number"]}>
            {number}
            <VisuallyHidden> {t`pending`}</VisuallyHidden>
          </span>
        )}
      </Link>
    </li>
  );
}

/** Registers the shortcuts "g u", "g r", "g v" and "g a". Called once in the shell, because `Navigation` may be rendered twice. */
export function useNavigationKeys(): void {
  const { t } = useLingui();
  const navigate = useNavigate();
  const canViewUsers = useCan("users:view");
  const canViewRoles = useCan("roles:view");
  const canViewInvitations = useCan("invitations:view");
  const canViewAudit = useCan("audit:view");
  useShortcut(
    { keys: "g u", label: t`Go to users` },
    canViewUsers ? () => void navigate({ to: "/users" }) : null,
  );
  useShortcut(
    { keys: "g r", label: t`Go to roles` },
    canViewRoles ? () => void navigate({ to: "/roles" }) : null,
  );
  useShortcut(
    { keys: "g v", label: t`Go to invitations` },
    canViewInvitations ? () => void navigate({ to: "/invitations" }) : null,
  );
  useShortcut(
    { keys: "g a", label: t`Go to the audit log` },
    canViewAudit ? () => void navigate({ to: "/audit" }) : null,
  );
}
