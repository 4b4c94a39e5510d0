import { displayEmail, type UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan, useOrganization } from "../../../lib/session/session.tsx";
import { StatusBadge, UserStatusBadge } from "../../../ui/data-display/badges.tsx";
import { Avatar } from "../../../ui/data-display/person.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { ChevronLeftIcon, DoneIcon, MinusIcon } from "../../../ui/icons.tsx";
import { backClass } from "../../../ui/layout/page.tsx";
import { Tabs, tabClass, UnsavedIndicator } from "../../../ui/layout/tabs.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../../ui/overlays/menu.tsx";
import { useRolesQuery } from "../../roles/use-roles.ts";
import { getLastSearch } from "../list/user-search.ts";
import { useAccessChanges } from "../use-access-changes.tsx";
import { AccessTab } from "./access/access-tab.tsx";
import { ActivityTab } from "./activity-tab.tsx";
import { usePasswordReset } from "./password-reset.tsx";
import { ProfileTab } from "./profile-tab.tsx";
import { useSecondFactorRemoval } from "./remove-second-factors.tsx";
import { SessionsTab } from "./sessions-tab.tsx";
import { useTwoFactorReminder } from "./two-factor-reminder.ts";
import { useEndSessions, useUserQuery, type VersionedUser } from "./use-user.ts";
import styles from "./user.module.css";

const route = getRouteApi("/shell/users/$userId");

type UserTab = NonNullable<ReturnType<typeof route.useSearch>["tab"]>;

/** The page of one user: access, profile, sessions and activity. */
export function UserPage() {
  const { t } = useLingui();
  return (
    <RequirePermission permission="users:view" name={t`View users`}>
      <Link to="/users" search={getLastSearch()} className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Users</Trans>
      </Link>
      <LoadedUser />
    </RequirePermission>
  );
}

function LoadedUser() {
  const { t } = useLingui();
  const { userId } = route.useParams();
  const query = useUserQuery(userId);
  // What can be edited depends on the roles; rendering before they load would shift the layout.
  const areRolesDue = useRolesQuery().isLoading;
  usePageTitle(query.data?.body.name ?? t`User`);
  if (query.data !== undefined && !areRolesDue) return <UserTabs key={userId} seen={query.data} />;
  if (query.error !== null)
    return <ProblemState isPage error={query.error} onRetry={() => query.refetch()} />;
  return (
    <LoadingState>
      <UserSkeleton />
    </LoadingState>
  );
}

/** Skeleton of the header, tabs and roles. */
function UserSkeleton() {
  return (
    <>
      <div className={styles["who"]}>
        <Skeleton isAvatar isLarge />
        <div className={styles["names"]}>
          <p className={styles["skeletonLine"]}>
            <Skeleton />
          </p>
          <p className={styles["skeletonLine"]}>
            <Skeleton size="long" />
          </p>
        </div>
      </div>
      <p className={styles["skeletonTabs"]}>
        <Skeleton size="short" />
        <Skeleton size="short" />
      </p>
      {["role", "another"].map((row) => (
        <p key={row} className={styles["skeletonRow"]}>
          <Skeleton />
          <Skeleton />
        </p>
      ))}
    </>
  );
}

function UserTabs({ seen }: { readonly seen: VersionedUser }) {
  const { t } = useLingui();
  const { tab: wanted = "access" } = route.useSearch();
  const canSeeSessions = useCan("users:suspend");
  const canSeeActivity = useCan("audit:view");
  const isSelf = useOrganization().userId === seen.body.id;
  const names: Record<UserTab, string | null> = {
    access: t`Access`,
    profile: t`Profile`,
    sessions: canSeeSessions || isSelf ? t`Sessions` : null,
    activity: canSeeActivity ? t`Activity` : null,
  };
  const [areRolesUnsaved, setRolesUnsaved] = useState(false);
  const [isProfileUnsaved, setProfileUnsaved] = useState(false);
  const unsaved: readonly UserTab[] = [
    ...(areRolesUnsaved ? (["access"] as const) : []),
    ...(isProfileUnsaved ? (["profile"] as const) : []),
  ];
  const tab = names[wanted] === null ? "access" : wanted;
  return (
    <>
      <UserHeader user={seen.body} />
      <Tabs label={seen.body.name}>
        {(["access", "profile", "sessions", "activity"] as const)
          .filter((key) => names[key] !== null)
          .map((key) => (
            <Link
              key={key}
              to="/users/$userId"
              params={{ userId: seen.body.id }}
              search={{ tab: key === "access" ? undefined : key }}
              activeOptions={{ includeSearch: true, exact: true, explicitUndefined: true }}
              aria-current={key === tab ? "page" : undefined}
              className={tabClass()}
            >
              {names[key]}
              {unsaved.includes(key) ? <UnsavedIndicator /> : null}
            </Link>
          ))}
      </Tabs>
      <AccessTab seen={seen} isShown={tab === "access"} onUnsaved={setRolesUnsaved} />
      <ProfileTab seen={seen} isShown={tab === "profile"} onUnsaved={setProfileUnsaved} />
      {tab === "sessions" ? <SessionsTab user={seen.body} /> : null}
      {tab === "activity" ? <ActivityTab user={seen.body} /> : null}
    </>
  );
}

interface UserHeaderProps {
  readonly user: UserDetails;
}

/** The header of the page with the user's actions. */
function UserHeader({ user }: UserHeaderProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const changes = useAccessChanges({ onRemoved: () => navigate({ to: "/users", ignoreBlocker: true }) });
  const may = changes.allowedFor(user);
  const sessions = useEndSessions(user);
  const reset = usePasswordReset(user);
  const factors = useSecondFactorRemoval(user);
  const remind = useTwoFactorReminder(user);
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
          <StatusBadge icon={user.twoFactor ? <DoneIcon /> : <MinusIcon />}>
            {user.twoFactor ? <Trans>Two-factor on</Trans> : <Trans>Two-factor off</Trans>}
          </StatusBadge>
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
      {may.suspend || may.remove || may.resetPassword || remind !== null ? (
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
            {may.resetPassword ? <MenuItem onAction={reset.send}>{t`Send password reset`}</MenuItem> : null}
            {may.resetPassword && user.twoFactor ? (
              <MenuItem onAction={factors.ask}>{t`Reset second factors…`}</MenuItem>
            ) : null}
            {remind === null ? null : <MenuItem onAction={remind}>{t`Remind to set up two-factor`}</MenuItem>}
            {(may.suspend || may.resetPassword || remind !== null) && may.remove ? <MenuSeparator /> : null}
            {may.remove ? (
              <MenuItem isDangerous onAction={() => changes.requestRemoval(user)}>
                <Trans>Remove…</Trans>
              </MenuItem>
            ) : null}
          </MenuButton>
        </div>
      ) : null}
      {changes.dialog}
      {reset.dialog}
      {factors.dialog}
    </header>
  );
}
