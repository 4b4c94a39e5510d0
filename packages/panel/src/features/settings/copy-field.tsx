import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useRef, useState } from "react";
import { Button } from "../../ui/forms/button.tsx";
import { Field, inputClass } from "../../ui/forms/field.tsx";
import { CopyIcon } from "../../ui/icons.tsx";
import styles from "./copy-field.module.css";

interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  /** How the value is shown, if that is easier to read. */
  readonly shown?: string;
  readonly hint?: ReactNode;
  readonly id?: string;
  /** Focuses the button when the field appears. */
  readonly autoFocus?: boolean;
}

/** A text to copy. Where the browser blocks copying, the text is selected. */
export function CopyField({ label, value, shown = value, hint, id, autoFocus = false }: CopyFieldProps) {
  const { t } = useLingui();
  const [copied, setCopied] = useState<boolean | null>(null);
  const control = useRef<HTMLTextAreaElement>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch {
      setCopied(false);
      control.current?.focus();
    }
  };
  return (
    <div className={styles["field"]}>
      <Field label={label} {...(hint === undefined ? {} : { hint })} {...(id === undefined ? {} : { id })}>
        {(attributes) => (
          <div className={styles["row"]}>
            <textarea
              {...attributes}
              ref={control}
              readOnly
              rows={shown.split("\n").length}
              wrap="off"
              spellCheck={false}
              className={inputClass()}
              value={shown}
              onFocus={(event) => event.currentTarget.select()}
            />
            <Button
              icon={<CopyIcon />}
              autoFocus={autoFocus}
              aria-label={t`Copy ${label}`}
              onClick={() => void copy()}
            >
              <Trans>Copy</Trans>
            </Button>
          </div>
        )}
      </Field>
      <p className={styles["status"]} role="status">
        {copied === null ? null : copied ? (
          <Trans>Copied</Trans>
        ) : (
          <Trans>Your browser blocked copying. The text is selected: copy it by hand.</Trans>
        )}
      </p>
    </div>
  );
}
