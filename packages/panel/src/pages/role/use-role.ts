import type { RoleChange, RoleView } from "@gatehouse/sdk/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiProblem } from "../../app/api/problem.ts";
import type { BodyOf } from "../../app/api/routes.ts";
import { useApi, useApiKey, useApiQuery } from "../../app/session/api.tsx";
import { editOf, type RoleDraft } from "./draft.ts";

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

/** Whether another role has the name already. */
export function isNameTaken(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === "roles/name-taken";
}

/** What a change of permissions comes to, as the server works it out. */
export interface RolePreview {
  /** Undefined until the answer to exactly what is chosen now is here: an older one is never shown. */
  readonly change: RoleChange | undefined;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Asks what the chosen permissions would change, a moment after the last press. Null while none differs. */
export function useRolePreview(roleId: string, draft: RoleDraft): RolePreview | null {
  const api = useApi();
  const key = useApiKey();
  const { permissions } = editOf(draft);
  const chosen = permissions === undefined ? null : permissions.toSorted().join(" ");
  const asked = useSettled(chosen, 250);
  const preview = useQuery<RoleChange>({
    queryKey: [...key(edit), "preview", roleId, draft.version, asked],
    enabled: asked !== null && asked === chosen,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const answer = await api(edit, {
        params: { roleId },
        query: { preview: "true" },
        body: { permissions: asked === null || asked === "" ? [] : asked.split(" ") },
        signal,
      });
      if (!("gained" in answer)) throw new Error("The server answered the role in place of a preview.");
      return answer;
    },
  });
  if (chosen === null) return null;
  const isCurrent = asked === chosen;
  return {
    change: isCurrent ? preview.data : undefined,
    error: isCurrent ? preview.error : null,
    retry: () => void preview.refetch(),
  };
}

/** A value once it has stayed the same for a while. */
function useSettled<V>(value: V, milliseconds: number): V {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
