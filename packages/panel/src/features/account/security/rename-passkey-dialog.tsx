/** Renames a passkey. Loaded when it is wanted. */
import type { PasskeyView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { useStepUp } from "../../auth/step-up.tsx";
import { FormErrors, useSubmission } from "../../auth/use-submission.tsx";
import styles from "../account.module.css";
import { useSecurityRefresh } from "./use-security-change.ts";

interface RenamePasskeyDialogProps {
  readonly passkey: Pick<PasskeyView, "id" | "name">;
  readonly onClose: () => void;
}

/** The field for the new name. */
export function RenamePasskeyDialog({ passkey, onClose }: RenamePasskeyDialogProps) {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const refresh = useSecurityRefresh();
  const { dialog: stepUp, withStepUp } = useStepUp();
  const form = useSubmission({
    fields: ["name"],
    check: ({ name }) => (name.trim() === "" ? { name: t`Enter a name` } : {}),
    async send(body) {
      let name = "";
      const isRenamed = await withStepUp(async () => {
        const params = { passkeyId: passkey.id };
        ({ name } = await api("PATCH /me/passkeys/:passkeyId", { params, body }));
      });
      if (!isRenamed) return;
      onClose();
      say({ tone: "good", text: t`The passkey is called “${name}” now` });
      await refresh();
    },
  });
  if (stepUp !== null) return stepUp;
  return (
    <Dialog title={t`Rename the passkey`} isOpen isNarrow onClose={onClose}>
      <form className={styles["form"]} noValidate onSubmit={form.onSubmit}>
        <FormErrors form={form} />
        <TextField
          {...form.control("name")}
          label={<Trans>Name</Trans>}
          maxLength={100}
          autoComplete="off"
          autoFocus
          defaultValue={passkey.name}
        />
        <Button type="submit" variant="primary" wide pending={form.isPending}>
          <Trans>Rename</Trans>
        </Button>
      </form>
    </Dialog>
  );
}
