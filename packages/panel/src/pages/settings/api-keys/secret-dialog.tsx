import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "../../../ui/button.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { inputClass } from "../../../ui/field.tsx";
import { CopyIcon } from "../../../ui/icons.tsx";
import { Reason } from "../../../ui/reason.tsx";
import styles from "./api-keys.module.css";

interface SecretDialogProps {
  readonly name: string;
  readonly secret: string;
  readonly onClose: () => void;
}

/** The key itself, which nobody sees again. A press beside the dialog doesn't close it. */
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
      <Reason tone="warn">
        <Trans>Copy it now. It is shown this one time; afterwards only a new key helps.</Trans>
      </Reason>
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
          <Trans>Copied. Keep it where only the program can read it.</Trans>
        ) : (
          <Trans>The browser didn’t allow it. The key is selected: copy it by hand.</Trans>
        )}
      </p>
      <p className={styles["second"]}>
        <Trans>The program sends it with every request:</Trans>{" "}
        <code className={styles["code"]}>Authorization: Bearer ghk_…</code>
      </p>
    </Dialog>
  );
}
