import type { RoleView } from "@gatehouse/sdk/contract";
import { useQuery } from "@tanstack/react-query";
import { useApi, useApiKey } from "../../lib/api/use-api.tsx";
import { useCan } from "../../lib/session/session.tsx";
import { sortRoles } from "./role-order.ts";

/** All roles of the organization, in the order of `sortRoles`; null until loaded, or without the permission to view them. */
export function useRoles(): readonly RoleView[] | null {
  return useRolesQuery().data ?? null;
}

/** The query of all roles, page by page. */
export function useRolesQuery() {
  const api = useApi();
  const key = useApiKey();
  return useQuery<readonly RoleView[]>({
    queryKey: [...key("GET /organizations/:organizationId/roles"), "all"],
    enabled: useCan("roles:view"),
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const roles: RoleView[] = [];
      let cursor: string | null = null;
      do {
        const answer: { items: RoleView[]; nextCursor: string | null } = await api(
          "GET /organizations/:organizationId/roles",
          { query: { limit: "100", ...(cursor === null ? {} : { cursor }) }, signal },
        );
        roles.push(...answer.items);
        cursor = answer.nextCursor;
      } while (cursor !== null);
      return sortRoles(roles);
    },
  });
}
