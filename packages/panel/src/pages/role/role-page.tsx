import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { ProblemState } from "../../app/problem-state.tsx";
import { PermissionGate } from "../../app/session/permission-gate.tsx";
import { ChevronLeftIcon } from "../../ui/icons.tsx";
import { backClass } from "../../ui/page.tsx";
import { EditorSkeleton } from "./editor-skeleton.tsx";
import { RoleEditor } from "./role-editor.tsx";
import { useRoleQuery } from "./use-role.ts";

const route = getRouteApi("/shell/roles/$roleId");

/** One role: what it gives, and to how many. */
export function RolePage() {
  const { t } = useLingui();
  return (
    <PermissionGate permission="roles:view" name={t`View roles`}>
      <BackToRoles />
      <LoadedRole />
    </PermissionGate>
  );
}

/** The way back to the list. */
export function BackToRoles() {
  return (
    <Link to="/roles" className={backClass()}>
      <ChevronLeftIcon />
      <Trans>Roles</Trans>
    </Link>
  );
}

function LoadedRole() {
  const { t } = useLingui();
  const { roleId } = route.useParams();
  const query = useRoleQuery(roleId);
  usePageTitle(query.data?.body.name ?? t`Role`);
  if (query.data !== undefined) return <RoleEditor key={roleId} seen={query.data} />;
  if (query.error !== null)
    return <ProblemState isPage error={query.error} onRetry={() => void query.refetch()} />;
  return <EditorSkeleton />;
}
