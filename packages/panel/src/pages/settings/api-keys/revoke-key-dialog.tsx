import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { focusPage } from "../../../app/navigation/use-focus-on-navigation.ts";
import { useProblemText } from "../../../app/problem-text.ts";
import { useApi } from "../../../app/session/api.tsx";
import { useStatus } from "../../../app/status-strip.tsx";
import { AlertDialog } from "../../../ui/dialog.tsx";
import { useRefreshKeys } from "./use-keys.ts";

interface RevokeKeyDialogProps {
  readonly apiKey: ApiKeyView;
  readonly onClose: () => void;
}

/** Asks, and makes the key useless. */
export function RevokeKeyDialog({ apiKey: { id, name }, onClose }: RevokeKeyDialogProps) {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatus();
  const refresh = useRefreshKeys();
  const problemText = useProblemText();
  const revoke = useMutation({
    mutationFn: () =>
      api("DELETE /organizations/:organizationId/api-keys/:apiKeyId", { params: { apiKeyId: id } }),
    async onSuccess() {
      await refresh();
      onClose();
      say({ text: t`The key ${name} is revoked` });
      focusPage();
    },
  });
  const problem = revoke.error === null ? null : problemText(revoke.error);
  return (
    <AlertDialog
      isOpen
      isDestructive
      title={<Trans>Revoke {name}?</Trans>}
      confirm={<Trans>Revoke key</Trans>}
      isPending={revoke.isPending}
      onCancel={onClose}
      onConfirm={() => revoke.mutate()}
      {...(problem === null ? {} : { problem: `${problem.title}. ${problem.text}` })}
    >
      <Trans>Programs that use it are refused from their next request on. It can’t be taken back.</Trans>
    </AlertDialog>
  );
}
