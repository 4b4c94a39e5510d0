import type { RoleView } from "@gatehouse/sdk/contract";
import { useEffect, useEffectEvent, useState } from "react";
import type { useRolesQuery } from "../../roles/use-roles.ts";

/**
 * Runs an action as soon as the roles are loaded, so that an early submit isn't lost. After a loading error it refetches
 * the roles instead.
 */
export function useWhenRolesLoaded(
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
