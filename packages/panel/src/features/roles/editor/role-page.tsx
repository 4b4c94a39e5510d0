import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ProblemState } from "../../../lib/api/problem-state.tsx";
import { usePageTitle } from "../../../lib/navigation/use-page-title.ts";
import { RequirePermission } from "../../../lib/session/require-permission.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { backClass } from "../../../ui/layout/page.tsx";
import { EditorSkeleton } from "./editor-skeleton.tsx";
import { RoleEditor } from "./role-editor.tsx";
import { useRoleQuery } from "./use-role.ts";

const route = getRouteApi("/shell/roles/$roleId");

/** The page of one role. */
export function RolePage() {
  const { t } = useLingui();
  return (
    <RequirePermission permission="roles:view" name={t`View roles`}>
      <BackToRoles />
      <LoadedRole />
    </RequirePermission>
  );
}

/** Link to the list of roles. */
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
