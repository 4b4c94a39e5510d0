import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../api/problem.ts";
import { focusPage } from "../navigation/use-focus-on-navigation.ts";
import { useApi, useApiKey } from "../session/api.tsx";
import { useStatus } from "../status-strip.tsx";
import { type DeletedRole, isInUse } from "./deletion.ts";

interface Deletion {
  readonly role: DeletedRole;
  readonly replacement: Pick<RoleView, "id" | "name"> | null;
}

interface DeleteRoleOptions {
  readonly onDeleted: (role: Pick<RoleView, "id">) => Promise<void>;
  readonly onClose: () => void;
}

/** Deletes a role in the version that was just read, and says who has which role now. */
export function useDeleteRole({ onDeleted, onClose }: DeleteRoleOptions) {
  const api = useApi();
  const say = useStatus();
  const tell = useOutcome();
  const refresh = useRefresh();
  return useMutation({
    async mutationFn({ role, replacement }: Deletion) {
      const params = { roleId: role.id };
      const { etag, body } = await api.versioned("GET /organizations/:organizationId/roles/:roleId", {
        params,
      });
      await api("DELETE /organizations/:organizationId/roles/:roleId", {
        params,
        query: replacement === null || !isInUse(body) ? {} : { replacement: replacement.id },
        ifMatch: etag,
      });
      return body;
    },
    async onSuccess(deleted, { replacement }) {
      onClose();
      await onDeleted(deleted);
      await refresh();
      // The row, or the page, that had the focus is gone.
      focusPage();
      say({ tone: "good", text: tell(deleted, replacement) });
    },
    async onError(error) {
      // Somebody got the role meanwhile, or it has changed or gone: the question is put again with what is so now.
      if (error instanceof ApiProblem && [404, 409, 412].includes(error.status)) await refresh();
    },
  });
}

function useOutcome() {
  const { t } = useLingui();
  return ({ name, userCount, invitationCount }: RoleView, replacement: Deletion["replacement"]) => {
    if (replacement === null || userCount + invitationCount === 0) return t`${name} is deleted`;
    const heir = replacement.name;
    const people = t`${plural(userCount, { one: "# person holds", other: "# people hold" })}`;
    const offers = t`${plural(invitationCount, { one: "# invitation offers", other: "# invitations offer" })}`;
    if (invitationCount === 0) return t`${name} is deleted. ${people} ${heir} in its place`;
    if (userCount === 0) return t`${name} is deleted. ${offers} ${heir} in its place`;
    return t`${name} is deleted. ${people} and ${offers} ${heir} in its place`;
  };
}

function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  const key = useApiKey();
  const touched = [
    "GET /organizations/:organizationId/roles",
    "GET /organizations/:organizationId/users",
    "GET /organizations/:organizationId/users/:userId",
    "GET /organizations/:organizationId/users/:userId/permissions",
    "GET /organizations/:organizationId/invitations",
  ] as const;
  return async () => {
    await Promise.all(touched.map((name) => client.invalidateQueries({ queryKey: key(name) })));
  };
}
