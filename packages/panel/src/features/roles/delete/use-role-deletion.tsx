import type { RoleView } from "@gatehouse/sdk/contract";
import { type ReactNode, useState } from "react";
import { DeleteRoleDialog } from "./delete-role-dialog.tsx";
import type { DeletedRole } from "./deletion.ts";

/** Opens the confirmation dialog of a deletion. */
export interface RoleDeletion {
  readonly requestDeletion: (role: DeletedRole) => void;
  readonly dialog: ReactNode;
}

/**
 * Deletes roles, from a list or from the page of a role. `onDeleted` may navigate to another page, where the result is
 * shown.
 *
 * @example const { askToDelete, dialog } = useRoleDeletion({ onDeleted: () => navigate({ to: "/roles" }) });
 */
export function useRoleDeletion({
  onDeleted = noop,
}: {
  readonly onDeleted?: (role: Pick<RoleView, "id">) => Promise<void>;
} = {}): RoleDeletion {
  const [role, setRole] = useState<DeletedRole | null>(null);
  return {
    requestDeletion: setRole,
    dialog:
      role === null ? null : (
        <DeleteRoleDialog key={role.id} role={role} onClose={() => setRole(null)} onDeleted={onDeleted} />
      ),
  };
}

async function noop(): Promise<void> {}
