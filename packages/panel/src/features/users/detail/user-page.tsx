import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { usePageTitle } from "../../../lib/navigation/use-page-title.ts";
import { RequirePermission } from "../../../lib/session/require-permission.tsx";
import { useCan, useOrganization } from "../../../lib/session/session.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass } from "../../../ui/layout/page.tsx";
import { Tabs, tabClass, UnsavedIndicator } from "../../../ui/layout/tabs.tsx";
import { useRolesQuery } from "../../roles/use-roles.ts";
import { getLastSearch } from "../last-search.ts";
import { AccessTab } from "./access/access-tab.tsx";
import { ActivityTab } from "./activity/activity-tab.tsx";
import { ProfileTab } from "./profile/profile-tab.tsx";
import { SessionsTab } from "./sessions/sessions-tab.tsx";
import { useUserQuery, type VersionedUser } from "./use-user.ts";
import styles from "./user.module.css";
import { UserHeader } from "./user-header.tsx";

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
    return <ProblemState isPage error={query.error} onRetry={() => void query.refetch()} />;
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
