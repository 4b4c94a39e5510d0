import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useRef, useState } from "react";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { CheckboxField } from "../../../ui/forms/checkbox.tsx";

interface SensitiveConfirmation {
  /** The checkbox; null where none is needed. */
  readonly field: ReactNode;
  /** Whether the change may start. Otherwise the field shows why not. */
  readonly check: () => boolean;
}

/** A separate confirmation for changes of owners and of sensitive permissions. */
export function useSensitiveConfirmation(isNeeded: boolean): SensitiveConfirmation {
  const { t } = useLingui();
  const [isConfirmed, setConfirmed] = useState(false);
  const [isMissing, setMissing] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const check = () => {
    const isOpen = isNeeded && !isConfirmed;
    setMissing(isOpen);
    if (isOpen) box.current?.focus();
    return !isOpen;
  };
  if (!isNeeded) return { field: null, check };
  const field = (
    <div>
      <CheckboxField
        ref={box}
        checked={isConfirmed}
        aria-invalid={isMissing || undefined}
        aria-describedby={isMissing ? "sensitive-error" : undefined}
        onChange={(event) => {
          setConfirmed(event.target.checked);
          setMissing(false);
        }}
      >
        <Trans>I have checked the owners and the sensitive permissions</Trans>
      </CheckboxField>
      {isMissing ? (
        <div role="alert">
          <InlineNotice id="sensitive-error" tone="bad">
            {t`Confirm this before you continue.`}
          </InlineNotice>
        </div>
      ) : null}
    </div>
  );
  return { field, check };
}
