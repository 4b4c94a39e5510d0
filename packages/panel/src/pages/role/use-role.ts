import type { RoleChange, RoleView } from "@gatehouse/sdk/contract";
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { BodyOf } from "../../app/api/routes.ts";
import { useApi, useApiKey, useApiQuery } from "../../app/session/api.tsx";

const role = "GET /organizations/:organizationId/roles/:roleId";
const edit = "PATCH /organizations/:organizationId/roles/:roleId";

/** A role with the version that was seen. */
export interface SeenRole {
  readonly body: RoleView;
  readonly etag: string;
}

/** The role as saved. */
export function useRoleQuery(roleId: string) {
  return useApiQuery(role, { params: { roleId } });
}

/** Creating and saving roles; whatever shows roles asks again. */
export function useSaveRole() {
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const refresh = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/roles") }),
      client.invalidateQueries({
        queryKey: key("GET /organizations/:organizationId/users/:userId/permissions"),
      }),
      client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/audit-events") }),
    ]);
  return {
    async save(roleId: string, body: BodyOf<typeof edit>, ifMatch: string): Promise<SeenRole> {
      const saved = await api.versioned(edit, { params: { roleId }, body, ifMatch });
      if (!("userCount" in saved.body))
        throw new Error("The server answered a preview in place of the role.");
      const seen = { body: saved.body, etag: saved.etag };
      client.setQueryData(key(role, { params: { roleId } }), seen);
      void refresh();
      return seen;
    },
    async create(
      body: BodyOf<"POST /organizations/:organizationId/roles">,
      idempotencyKey: string,
    ): Promise<SeenRole> {
      const seen = await api.versioned("POST /organizations/:organizationId/roles", { body, idempotencyKey });
      client.setQueryData(key(role, { params: { roleId: seen.body.id } }), seen);
      void refresh();
      return seen;
    },
    /** Reads the newest version after somebody else was faster. */
    reload: (roleId: string) => client.invalidateQueries({ queryKey: key(role, { params: { roleId } }) }),
  };
}

/** What the chosen permissions would change, for how many, a moment after the last press. Null while nothing differs. */
export function useRolePreview(roleId: string, permissions: readonly string[] | null) {
  const api = useApi();
  const key = useApiKey();
  const wanted = useSettled(permissions === null ? "" : [...permissions].sort().join(" "), 250);
  const preview = useQuery<RoleChange>({
    queryKey: [...key(edit), "preview", roleId, wanted],
    enabled: permissions !== null,
    gcTime: 0,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const answer = await api(edit, {
        params: { roleId },
        query: { preview: "true" },
        body: { permissions: wanted === "" ? [] : wanted.split(" ") },
        signal,
      });
      if (!("gained" in answer)) throw new Error("The server answered the role in place of a preview.");
      return answer;
    },
  });
  return permissions === null ? null : preview;
}

/** A value once it has stayed the same for a while. */
function useSettled(value: string, milliseconds: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
