import type { RoleView } from "@gatehouse/sdk/contract";
import { useEffect, useEffectEvent, useState } from "react";
import type { useRolesQuery } from "../users/use-roles.ts";

/**
 * Acts once the roles are here: whoever was faster than they doesn't press twice. Where they couldn't
 * be loaded, they are asked for again instead.
 */
export function useOnceRoles(
  roles: ReturnType<typeof useRolesQuery>,
  act: (known: readonly RoleView[]) => void,
) {
  const { data, error, refetch } = roles;
  const [isWanted, setWanted] = useState(false);
  const isWaiting = isWanted && data === undefined && error === null;
  const run = useEffectEvent(act);
  useEffect(() => {
    if (!isWanted || isWaiting) return;
    setWanted(false);
    if (data === undefined) void refetch();
    else run(data);
  }, [isWanted, isWaiting, data, refetch]);
  return { isWaiting, setWanted };
}
