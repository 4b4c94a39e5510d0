import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../../lib/api/problem.ts";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { focusPage } from "../../../lib/navigation/use-focus-on-navigation.ts";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { type DeletedRole, isInUse } from "./deletion.ts";

interface Deletion {
  readonly role: DeletedRole;
  readonly replacement: Pick<RoleView, "id" | "name"> | null;
}

interface DeleteRoleOptions {
  readonly onDeleted: (role: Pick<RoleView, "id">) => Promise<void>;
  readonly onClose: () => void;
}

/** Deletes the current version of a role and shows the result. */
export function useDeleteRole({ onDeleted, onClose }: DeleteRoleOptions) {
  const api = useApi();
  const showStatus = useStatusMessage();
  const formatOutcome = useOutcomeText();
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
      // The row or page with the focus was removed.
      focusPage();
      showStatus({ tone: "good", text: formatOutcome(deleted, replacement) });
    },
    async onError(error) {
      // The role was assigned, changed or deleted meanwhile: the dialog then shows the new state.
      if (error instanceof ApiProblem && [404, 409, 412].includes(error.status)) await refresh();
    },
  });
}

function useOutcomeText() {
  const { t } = useLingui();
  return ({ name, userCount, invitationCount }: RoleView, replacement: Deletion["replacement"]) => {
    if (replacement === null || userCount + invitationCount === 0) return t`${name} is deleted`;
    const heir = replacement.name;
    const people = t`${plural(userCount, { one: "# person now has", other: "# people now have" })}`;
    const offers = t`${plural(invitationCount, { one: "# invitation now includes", other: "# invitations now include" })}`;
    if (invitationCount === 0) return t`${name} is deleted. ${people} ${heir} instead`;
    if (userCount === 0) return t`${name} is deleted. ${offers} ${heir} instead`;
    return t`${name} is deleted. ${people} and ${offers} ${heir} instead`;
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
