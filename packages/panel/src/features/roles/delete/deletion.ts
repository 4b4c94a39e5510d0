/** The deletion of a role: whether it is allowed, which roles can replace it, and the request. */
import { type Catalogue, type CeilingDecision, type PermissionSet, permissionSet } from "@gatehouse/access";
import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { GrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { ApiProblem } from "../../../lib/api/request.ts";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { focusPage } from "../../../lib/navigation/page-change.ts";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { sortAllowedFirst } from "../role-order.ts";

/** The role to delete. */
export type DeletedRole = Pick<
  RoleView,
  "id" | "name" | "permissions" | "userCount" | "invitationCount" | "system"
>;

/** The user who deletes the role. */
export interface DeletionActor {
  readonly ceiling: GrantCeiling;
  /** Roles of the user. */
  readonly roleIds: ReadonlySet<string>;
}

/** Why the role can't be deleted, or not by this user. */
export type DeletionBlocker =
  | { readonly reason: "system" }
  | { readonly reason: "own" }
  | { readonly reason: "ceiling"; readonly missing: readonly string[] };

/** The reason why the user can't delete the role, or null. */
export function getDeletionBlocker(
  role: DeletedRole,
  { ceiling, roleIds }: DeletionActor,
): DeletionBlocker | null {
  if (role.system) return { reason: "system" };
  if (roleIds.has(role.id)) return { reason: "own" };
  const decision = ceiling.checkRole(role);
  return decision.allowed ? null : { reason: "ceiling", missing: decision.missing };
}

/** Whether users or invitations need a replacement. */
export function isInUse({ userCount, invitationCount }: DeletedRole): boolean {
  return userCount + invitationCount > 0;
}

/** A possible replacement. */
interface Replacement {
  readonly role: RoleView;
  /** Whether the user can grant it, and so select it. */
  readonly decision: CeilingDecision;
}

/** All other roles except the system role; selectable ones first. */
export function listReplacements(
  role: DeletedRole,
  roles: readonly RoleView[],
  { ceiling }: DeletionActor,
): readonly Replacement[] {
  const others = roles
    .filter((other) => other.id !== role.id && !other.system)
    .map((other) => ({ role: other, decision: ceiling.checkRole(other) }));
  return sortAllowedFirst(others, ({ decision }) => decision.allowed);
}

/** How many permissions are gained and lost by replacing a role, implied ones included. */
export function countDifference(
  catalogue: Catalogue,
  from: Pick<RoleView, "permissions">,
  to: Pick<RoleView, "permissions">,
): { readonly gained: number; readonly lost: number } {
  const before = permissionSet.fromStoredNames(catalogue, from.permissions);
  const after = permissionSet.fromStoredNames(catalogue, to.permissions);
  const count = (set: PermissionSet) => permissionSet.names(set).length;
  return {
    gained: count(permissionSet.difference(after, before)),
    lost: count(permissionSet.difference(before, after)),
  };
}

interface Deletion {
  readonly role: DeletedRole;
  readonly replacement: Pick<RoleView, "id" | "name"> | null;
}

interface DeleteRoleOptions {
  readonly onDeleted: (role: Pick<RoleView, "id">) => Promise<void>;
  readonly onClose: () => void;
}

/** Deletes the current version of a role and shows the result. */
export function useDeleteRole({ onDeleted, onClose }: DeleteRoleOptions) {
  const api = useApi();
  const showStatus = useStatusMessage();
  const formatOutcome = useOutcomeText();
  const refresh = useRefresh();
  return useMutation({
    async mutationFn({ role, replacement }: Deletion) {
      const params = { roleId: role.id };
      const { etag, body } = await api.versioned("GET /organizations/:organizationId/roles/:roleId", {
        params,
      });
      await api("DELETE /organizations/:organizationId/roles/:roleId", {
        params,
        query: replacement === null || !isInUse(body) ? {} : { replacement: replacement.id },
        ifMatch: etag,
      });
      return body;
    },
    async onSuccess(deleted, { replacement }) {
      onClose();
      await onDeleted(deleted);
      await refresh();
      // The row or page with the focus was removed.
      focusPage();
      showStatus({ tone: "good", text: formatOutcome(deleted, replacement) });
    },
    async onError(error) {
      // The role was assigned, changed or deleted meanwhile: the dialog then shows the new state.
      if (error instanceof ApiProblem && [404, 409, 412].includes(error.status)) await refresh();
    },
  });
}

function useOutcomeText() {
  const { t } = useLingui();
  return ({ name, userCount, invitationCount }: RoleView, replacement: Deletion["replacement"]) => {
    if (replacement === null || userCount + invitationCount === 0) return t`${name} is deleted`;
    const heir = replacement.name;
    const people = t`${plural(userCount, { one: "# person now has", other: "# people now have" })}`;
    const offers = t`${plural(invitationCount, { one: "# invitation now includes", other: "# invitations now include" })}`;
    if (invitationCount === 0) return t`${name} is deleted. ${people} ${heir} instead`;
    if (userCount === 0) return t`${name} is deleted. ${offers} ${heir} instead`;
    return t`${name} is deleted. ${people} and ${offers} ${heir} instead`;
  };
}

function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  const touched = [
    "GET /organizations/:organizationId/roles",
    "GET /organizations/:organizationId/roles/:roleId",
    "GET /organizations/:organizationId/users",
    "GET /organizations/:organizationId/users/:userId",
    "GET /organizations/:organizationId/users/:userId/permissions",
    "GET /organizations/:organizationId/invitations",
  ] as const;
  return async () => {
    await Promise.all(touched.map((name) => client.invalidateQueries({ queryKey: key(name) })));
  };
}
