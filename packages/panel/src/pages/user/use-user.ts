import type { UserDetails } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
import type { BodyOf, RouteName } from "../../app/api/routes.ts";
import { useApi, useApiKey, useApiQuery } from "../../app/session/api.tsx";

const user = "GET /organizations/:organizationId/users/:userId";

/** The user as saved, with the version that an edit is based on. */
export function useUserQuery(userId: string) {
  return useApiQuery(user, { params: { userId } });
}

/** A user with the version that was seen. */
export interface SeenUser {
  readonly body: UserDetails;
  readonly etag: string;
  /** Saved from this page a moment ago: nobody else was faster. */
  readonly isOwn?: boolean;
}

/** What may be changed at once. */
type Edit = BodyOf<"PATCH /organizations/:organizationId/users/:userId">;

/** Saving a user. `show` comes after the caller has taken its draft back, or the draft would meet its own change. */
export function useSaveUser(userId: string) {
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const params = { userId };
  const refresh = (...names: RouteName[]) =>
    Promise.all(names.map((name) => client.invalidateQueries({ queryKey: key(name) })));
  return {
    /** Saves and answers the user as saved. */
    async save(edit: Edit, ifMatch: string): Promise<SeenUser> {
      const route = "PATCH /organizations/:organizationId/users/:userId";
      const { body, etag } = await api.versioned(route, { params, body: edit, ifMatch });
      if (!("roles" in body)) throw new Error("The server answered a preview in place of the user.");
      return { body, etag };
    },
    /** Shows what was saved; every other page asks again. */
    show(saved: SeenUser): void {
      client.setQueryData(key(user, { params }), { ...saved, isOwn: true });
      void refresh(
        "GET /organizations/:organizationId/users",
        "GET /organizations/:organizationId/users/:userId/permissions",
        "GET /organizations/:organizationId/audit-events",
      );
    },
    /** Reads the newest version, for instance after somebody else was faster. */
    reload: () =>
      refresh(
        user,
        "GET /organizations/:organizationId/users/:userId/permissions",
        "GET /organizations/:organizationId/roles",
        "GET /organizations/:organizationId/audit-events",
      ),
  };
}
