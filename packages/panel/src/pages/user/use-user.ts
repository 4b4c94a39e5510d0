import type { UserDetails } from "@gatehouse/sdk/contract";
import { useQueryClient } from "@tanstack/react-query";
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
}

/** Saves a change of the user and makes every other page ask again. Answers the user as saved. */
export function useSaveUser(userId: string) {
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const params = { userId };
  return {
    async save(
      edit: {
        readonly name?: string;
        readonly phone?: string | null;
        readonly externalId?: string | null;
        readonly roleIds?: string[];
      },
      ifMatch: string,
    ): Promise<SeenUser> {
      const { body, etag } = await api.versioned("PATCH /organizations/:organizationId/users/:userId", {
        params,
        body: edit,
        ifMatch,
      });
      if (!("roles" in body)) throw new Error("The server answered a preview in place of the user.");
      client.setQueryData(key(user, { params }), { body, etag });
      await Promise.all([
        client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/users") }),
        client.invalidateQueries({
          queryKey: key("GET /organizations/:organizationId/users/:userId/permissions"),
        }),
        client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/audit-events") }),
      ]);
      return { body, etag };
    },
    /** Reads the newest version, for instance after somebody else was faster. */
    reload: () => client.invalidateQueries({ queryKey: key(user, { params }) }),
  };
}
