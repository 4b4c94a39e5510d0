import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useState } from "react";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { ProblemState } from "../../app/problem-state.tsx";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { useCan, useOrganization } from "../../app/session/session.tsx";
import { lastSearch } from "../../app/users/last-search.ts";
import { useRolesQuery } from "../../app/users/use-roles.ts";
import { ChevronLeftIcon } from "../../ui/icons.tsx";
import { backClass } from "../../ui/page.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import { Tabs, tabClass, Unsaved } from "../../ui/tabs.tsx";
import { AccessTab } from "./access/access-tab.tsx";
import { ActivityTab } from "./activity/activity-tab.tsx";
import { ProfileTab } from "./profile/profile-tab.tsx";
import type { UserTab } from "./route.ts";
import { SessionsTab } from "./sessions/sessions-tab.tsx";
import { type SeenUser, useUserQuery } from "./use-user.ts";
import styles from "./user.module.css";
import { UserHeader } from "./user-header.tsx";

const route = getRouteApi("/shell/users/$userId");

/** One user: what they hold, who they are, where they are signed in, what happened. */
export function UserPage() {
  const { t } = useLingui();
  return (
    <PermissionGate permission="users:view" name={t`View users`}>
      <Link to="/users" search={lastSearch()} className={backClass()}>
        <ChevronLeftIcon />
        <Trans>Users</Trans>
      </Link>
      <LoadedUser />
    </PermissionGate>
  );
}

function LoadedUser() {
  const { t } = useLingui();
  const { userId } = route.useParams();
  const query = useUserQuery(userId);
  // What may be changed depends on the roles: a page that came before them would move when they arrive.
  const areRolesDue = useRolesQuery().isLoading;
  usePageTitle(query.data?.body.name ?? t`User`);
  if (query.data !== undefined && !areRolesDue) return <UserTabs key={userId} seen={query.data} />;
  if (query.error !== null)
    return <ProblemState isPage error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Skeleton>
      <UserBones />
    </Skeleton>
  );
}

/** Header, tabs and roles, in the places where they will stand. */
function UserBones() {
  return (
    <>
      <div className={styles["who"]}>
        <Bone isArch isLarge />
        <div className={styles["names"]}>
          <p className={styles["boneLine"]}>
            <Bone />
          </p>
          <p className={styles["boneLine"]}>
            <Bone size="long" />
          </p>
        </div>
      </div>
      <p className={styles["boneTabs"]}>
        <Bone size="short" />
        <Bone size="short" />
      </p>
      {["role", "another"].map((row) => (
        <p key={row} className={styles["boneRow"]}>
          <Bone />
          <Bone />
        </p>
      ))}
    </>
  );
}

function UserTabs({ seen }: { readonly seen: SeenUser }) {
  const { t } = useLingui();
  const { tab: wanted = "access" } = route.useSearch();
  const maySeeSessions = useCan("users:suspend");
  const maySeeActivity = useCan("audit:view");
  const isSelf = useOrganization().userId === seen.body.id;
  const names: Record<UserTab, string | null> = {
    access: t`Access`,
    profile: t`Profile`,
    sessions: maySeeSessions || isSelf ? t`Sessions` : null,
    activity: maySeeActivity ? t`Activity` : null,
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
              {unsaved.includes(key) ? <Unsaved /> : null}
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
