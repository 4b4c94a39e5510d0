import type { ApiKeyView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useProblemText } from "../../../lib/api/problem-text.ts";
import { useApi } from "../../../lib/api/use-api.tsx";
import { focusPage } from "../../../lib/navigation/use-focus-on-navigation.ts";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { useRefreshKeys } from "./use-keys.ts";

interface RevokeKeyDialogProps {
  readonly apiKey: ApiKeyView;
  readonly onClose: () => void;
}

/** Asks for confirmation and revokes the key. */
export function RevokeKeyDialog({ apiKey: { id, name }, onClose }: RevokeKeyDialogProps) {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
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
      <Trans>Programs that use it lose access immediately. This can’t be undone.</Trans>
    </AlertDialog>
  );
}
