import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { inputClass } from "../../../ui/forms/field.tsx";
import { CopyIcon } from "../../../ui/icons.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import styles from "./api-keys.module.css";

interface SecretDialogProps {
  readonly name: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** Shows the secret of a new key once. A click outside doesn't close the dialog. */
export function SecretDialog({ name, secret, onClose }: SecretDialogProps) {
  const { t } = useLingui();
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setCopied(true);
    } catch {
      setCopied(false);
      document.getElementById("key-secret")?.focus();
    }
  };
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
        <Trans>Copy it now. You won’t see it again.</Trans>
      </InlineNotice>
      <div className={styles["secret"]}>
        <input
          id="key-secret"
          readOnly
          className={inputClass()}
          aria-label={t`API key`}
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Button icon={<CopyIcon />} autoFocus onClick={() => void copy()}>
          <Trans>Copy</Trans>
        </Button>
      </div>
      <p className={styles["second"]} role="status">
        {copied === null ? null : copied ? (
          <Trans>Copied. Store it where only the program can read it.</Trans>
        ) : (
          <Trans>Your browser blocked copying. The key is selected: copy it by hand.</Trans>
        )}
      </p>
      <p className={styles["second"]}>
        <Trans>The program sends it with every request:</Trans>{" "}
        <code className={styles["code"]}>Authorization: Bearer ghk_…</code>
      </p>
    </Dialog>
  );
}
