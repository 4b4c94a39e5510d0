import { useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect } from "react";
import { InviteButton, useInvite } from "../../app/inviting.tsx";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { rememberSearch } from "../../app/users/last-search.ts";
import { UserList } from "./list/user-list.tsx";

const route = getRouteApi("/shell/users");

/** The list of users. */
export function UsersPage() {
  const { t } = useLingui();
  const invite = useInvite();
  const search = route.useSearch();
  useEffect(() => rememberSearch(search), [search]);
  usePageTitle(t`Users`);
  return (
    <PermissionGate permission="users:view" name={t`View users`}>
      <UserList onInvite={invite} invite={invite === null ? null : <InviteButton />} />
    </PermissionGate>
  );
}
