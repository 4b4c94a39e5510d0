/** Previews and saves the rules. */
import type { OrganizationSecurityPreview } from "@gatehouse/sdk/contract";
import { useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../../lib/api/request.ts";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { meQuery } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { useStepUp } from "../../auth/step-up.tsx";
import { createDraft, type SecurityDraft, toEdit } from "./security-draft.ts";

const route = "GET /organizations/:organizationId";

/** Counts the people whom the changed rules concern; they are shown before the rules are saved. */
export function useRulePreview(draft: SecurityDraft) {
  const api = useApi();
  return useMutation({
    mutationFn: async (): Promise<OrganizationSecurityPreview> => {
      const body = await api("PATCH /organizations/:organizationId", {
        query: { preview: "true" },
        body: { security: toEdit(draft) },
      });
      if (!("withoutTwoFactor" in body)) throw new Error("The response is not a preview.");
      return body;
    },
  });
}

/** Saves the changed rules, with the version that was loaded. The person may have to authenticate first: `dialog`. */
export function useSaveRules(
  draft: SecurityDraft,
  {
    setDraft,
    onSettled,
  }: { readonly setDraft: (draft: SecurityDraft) => void; readonly onSettled: () => void },
) {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatusMessage();
  const { dialog, withStepUp } = useStepUp();
  const saving = useMutation({
    mutationFn: () =>
      withStepUp(async () => {
        const saved = await api.versioned("PATCH /organizations/:organizationId", {
          body: { security: toEdit(draft) },
          ifMatch: draft.version,
        });
        if (!("security" in saved.body)) return;
        setDraft(createDraft(saved.body.security, saved.etag));
        client.setQueryData(key(route, {}), saved);
        void client.invalidateQueries({ queryKey: meQuery.queryKey });
        void client.invalidateQueries({ queryKey: key("GET /organizations/:organizationId/audit-events") });
        say({ tone: "good", text: t`The rules are saved and apply now` });
        onSettled();
      }),
    async onError(error) {
      if (!(error instanceof ApiProblem) || error.status !== 412) return;
      onSettled();
      await client.invalidateQueries({ queryKey: key(route) });
    },
  });
  return { saving, dialog };
}
