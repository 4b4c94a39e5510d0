import type { RoleChange, RoleView } from "@gatehouse/sdk/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiProblem, type RequestBody } from "../../../lib/api/request.ts";
import { useApi, useApiKey, useApiQuery } from "../../../lib/api/use-api.tsx";
import type { Language } from "../../../lib/language.ts";
import { getChanges, type RoleDraft, type RoleTextField } from "./role-draft.ts";

const role = "GET /organizations/:organizationId/roles/:roleId";
const edit = "PATCH /organizations/:organizationId/roles/:roleId";

/** A role and its ETag. */
export interface VersionedRole {
  readonly body: RoleView;
  readonly etag: string;
}

/** Loads the role. */
export function useRoleQuery(roleId: string) {
  return useApiQuery(role, { params: { roleId } });
}

/** Creates and saves roles, and refreshes everything that shows roles. */
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
    async save(roleId: string, body: RequestBody<typeof edit>, ifMatch: string): Promise<VersionedRole> {
      const saved = await api.versioned(edit, { params: { roleId }, body, ifMatch });
      if (!("userCount" in saved.body))
        throw new Error("The server answered a preview in place of the role.");
      const seen = { body: saved.body, etag: saved.etag };
      client.setQueryData(key(role, { params: { roleId } }), seen);
      void refresh();
      return seen;
    },
    async create(
      body: RequestBody<"POST /organizations/:organizationId/roles">,
      idempotencyKey: string,
    ): Promise<VersionedRole> {
      const seen = await api.versioned("POST /organizations/:organizationId/roles", { body, idempotencyKey });
      client.setQueryData(key(role, { params: { roleId: seen.body.id } }), seen);
      void refresh();
      return seen;
    },
    /** Loads the newest version after a conflict. */
    reload: (roleId: string) => client.invalidateQueries({ queryKey: key(role, { params: { roleId } }) }),
  };
}

/** The text that another role has as its name in the same language; null for other errors. */
export function findTakenName(error: unknown): RoleTextField | null {
  if (!(error instanceof ApiProblem) || error.code !== "roles/name-taken") return null;
  const [, language] = /^translations\.(en|tr)\.name$/.exec(error.errors[0]?.path ?? "") ?? [];
  return language === undefined ? "name" : `name.${language as Language}`;
}

/** The effect of a permission change, computed by the server. */
export interface RolePreview {
  /** Undefined until the response for the current draft has loaded; an older one is never shown. */
  readonly change: RoleChange | undefined;
  readonly error: unknown;
  readonly retry: () => unknown;
}

/** Loads the effect of the draft's permissions, debounced. Null without changes. */
export function useRolePreview(roleId: string, draft: RoleDraft): RolePreview | null {
  const api = useApi();
  const key = useApiKey();
  const { permissions } = getChanges(draft);
  const chosen = permissions === undefined ? null : permissions.toSorted().join(" ");
  const requested = useSettled(chosen, 250);
  const preview = useQuery<RoleChange>({
    queryKey: [...key(edit), "preview", roleId, draft.version, requested],
    enabled: requested !== null && requested === chosen,
    gcTime: 0,
    queryFn: async ({ signal }) => {
      const answer = await api(edit, {
        params: { roleId },
        query: { preview: "true" },
        body: { permissions: requested === null || requested === "" ? [] : requested.split(" ") },
        signal,
      });
      if (!("gained" in answer)) throw new Error("The server answered the role in place of a preview.");
      return answer;
    },
  });
  if (chosen === null) return null;
  const isCurrent = requested === chosen;
  return {
    change: isCurrent ? preview.data : undefined,
    error: isCurrent ? preview.error : null,
    retry: () => preview.refetch(),
  };
}

/** The value, debounced. */
function useSettled<V>(value: V, milliseconds: number): V {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
