/** The roles that grant a permission to a user. Pure. */
import type { Holder } from "@gatehouse/sdk/contract";
import { formatRelativeTo, type PermissionLabel } from "../../../lib/labels/permission-labels.ts";

/** A role that grants a permission. */
export interface GrantingRole {
  readonly roleId: string;
  readonly roleName: string;
  /** Labels of the role's permissions that imply this one; empty where the role contains it directly. */
  readonly impliedBy: readonly string[];
}

/** Groups the reasons by role. A role that contains the permission directly lists no implying ones. */
export function groupByRole(
  permission: string,
  because: Holder["because"],
  labels: ReadonlyMap<string, PermissionLabel>,
): readonly GrantingRole[] {
  const byRole = Map.groupBy(because, ({ roleId }) => roleId);
  return [...byRole].map(([roleId, reasons]) => {
    const implied = reasons.flatMap(({ impliedBy }) => impliedBy ?? []);
    const isDirect = implied.length < reasons.length;
    return {
      roleId,
      roleName: reasons[0]?.roleName ?? "",
      impliedBy: isDirect ? [] : implied.map((source) => formatRelativeTo(source, permission, labels)),
    };
  });
}
