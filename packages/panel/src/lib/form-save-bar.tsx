import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "../ui/forms/button.tsx";
import { SaveBar } from "../ui/layout/page.tsx";
import { modifierName } from "./shortcuts/shortcuts.tsx";

interface FormSaveBarProps {
  /** Id of the form. */
  readonly form: string;
  readonly isPending: boolean;
  readonly onDiscard: () => void;
  /** "Save name". */
  readonly children: ReactNode;
}

/** The bar with the unsaved changes of a form that is saved as a whole. */
export function FormSaveBar({ form, isPending, onDiscard, children }: FormSaveBarProps) {
  const { t } = useLingui();
  return (
    <SaveBar
      label={t`Unsaved changes`}
      actions={
        <>
          <Button variant="quiet" onClick={onDiscard}>
            <Trans>Discard</Trans>
          </Button>
          <Button
            variant="primary"
            type="submit"
            form={form}
            pending={isPending}
            hint={`${modifierName()} S`}
            shortcut="Control+S"
          >
            {children}
          </Button>
        </>
      }
    >
      <strong>
        <Trans>Unsaved changes</Trans>
      </strong>
    </SaveBar>
  );
}
