import { Trans, useLingui } from "@lingui/react/macro";
import { basePath } from "../../../lib/base-path.ts";
import { saveFile } from "../../../lib/lists/download.ts";
import { useMe } from "../../../lib/session/session.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { CopyField } from "../../settings/copy-field.tsx";
import styles from "../account.module.css";
import { printText } from "./print-text.ts";

interface RecoveryCodesDialogProps {
  readonly title: string;
  readonly codes: readonly string[];
  readonly onClose: () => void;
}

/** Shows new recovery codes, which can be copied, downloaded and printed. */
export function RecoveryCodesDialog({ title, codes, onClose }: RecoveryCodesDialogProps) {
  const { t } = useLingui();
  const { email } = useMe();
  const list = codes.join("\n");
  const heading = t`Gatehouse recovery codes for ${email}. Each works once.`;
  const text = `${heading}\n${location.origin}${basePath}\n\n${list}\n`;
  return (
    <Dialog
      title={title}
      isOpen
      isNarrow
      onClose={onClose}
      actions={
        <Button big variant="primary" onClick={onClose}>
          <Trans>I have saved them</Trans>
        </Button>
      }
    >
      <p>
        <Trans>
          If you lose your phone, one of these codes signs you in. Each works once. Keep them in a safe place,
          such as a password manager or a printed page.
        </Trans>
      </p>
      <InlineNotice tone="warn">
        <Trans>They are shown only now.</Trans>
      </InlineNotice>
      <CopyField label={t`Recovery codes`} value={list} autoFocus />
      <div className={styles["buttons"]}>
        <Button
          onClick={() => saveFile("gatehouse-recovery-codes.txt", new Blob([text], { type: "text/plain" }))}
        >
          <Trans>Download</Trans>
        </Button>
        <Button onClick={() => printText(text)}>
          <Trans>Print</Trans>
        </Button>
      </div>
    </Dialog>
  );
}
