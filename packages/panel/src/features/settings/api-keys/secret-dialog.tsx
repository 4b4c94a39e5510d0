import { Trans, useLingui } from "@lingui/react/macro";
import { basePath } from "../../../lib/base-path.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { CopyField } from "../copy-field.tsx";
import styles from "./api-keys.module.css";

interface SecretDialogProps {
  readonly name: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** Shows the secret of a new key once, alone and as lines for `.env`. A click outside doesn't close the dialog. */
export function SecretDialog({ name, secret, onClose }: SecretDialogProps) {
  const { t } = useLingui();
  return (
    <Dialog
      title={t`The key ${name}`}
      isOpen
      isNarrow
      onClose={onClose}
      actions={
        <Button big variant="primary" onClick={onClose}>
          <Trans>Done</Trans>
        </Button>
      }
    >
      <InlineNotice tone="warn">
        <Trans>Copy it now. You won’t see it again.</Trans>{" "}
        <Trans>Store it where only the program can read it.</Trans>
      </InlineNotice>
      <CopyField id="key-secret" label={t`API key`} value={secret} autoFocus />
      <CopyField
        label={t`Lines for the .env file`}
        value={`GATEHOUSE_URL=${location.origin}${basePath}\nGATEHOUSE_API_KEY=${secret}`}
        hint={t`For a program that uses the SDK. The key contains the organization.`}
      />
      <p className={styles["second"]}>
        <Trans>The program sends it with every request:</Trans>{" "}
        <code className={styles["code"]}>Authorization: Bearer ghk_…</code>
      </p>
    </Dialog>
  );
}
