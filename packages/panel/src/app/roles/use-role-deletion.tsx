import type { RoleView } from "@gatehouse/sdk/contract";
import { type ReactNode, useState } from "react";
import type { DeletedRole } from "./deletion.ts";
import { RoleDeletion } from "./role-deletion.tsx";

/** The question before a role is deleted, and the way to ask it. */
export interface RoleDeletionQuestion {
  readonly askToDelete: (role: DeletedRole) => void;
  readonly dialog: ReactNode;
}

/**
 * Deleting roles, from a list or from the role's own page. `onDeleted` may go to another page first; what happened is
 * said there.
 *
 * @example const { askToDelete, dialog } = useRoleDeletion({ onDeleted: () => navigate({ to: "/roles" }) });
 */
export function useRoleDeletion({
  onDeleted = stay,
}: {
  readonly onDeleted?: (role: Pick<RoleView, "id">) => Promise<void>;
} = {}): RoleDeletionQuestion {
  const [role, setRole] = useState<DeletedRole | null>(null);
  return {
    askToDelete: setRole,
    dialog:
      role === null ? null : (
        <RoleDeletion key={role.id} role={role} onClose={() => setRole(null)} onDeleted={onDeleted} />
      ),
  };
}

/** From the list, where the role was, nobody goes anywhere. */
async function stay(): Promise<void> {}
