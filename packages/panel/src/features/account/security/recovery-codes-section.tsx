import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useApi } from "../../../lib/api/use-api.tsx";
import { loadModule } from "../../../lib/load-module.ts";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { useStepUp } from "../../auth/step-up.tsx";
import styles from "../account.module.css";
import { useSecurityChange } from "./use-security-change.ts";

/** So few that it is time for new ones. */
const few = 2;

interface RecoveryCodesSectionProps {
  /** How many codes can still be used. */
  readonly left: number;
}

/** How many recovery codes are left, and new ones. */
export function RecoveryCodesSection({ left }: RecoveryCodesSectionProps) {
  const { t } = useLingui();
  const api = useApi();
  const { dialog: stepUp, withStepUp } = useStepUp();
  const [isAsking, setAsking] = useState(false);
  const [dialog, setDialog] = useState<ReactNode>(null);
  const create = useSecurityChange(async () => {
    setAsking(false);
    const loading = loadModule(() => import("./recovery-codes-dialog.tsx"));
    const isDone = await withStepUp(async () => {
      const { recoveryCodes } = await api("POST /me/recovery-codes");
      const { RecoveryCodesDialog } = await loading;
      setDialog(
        <RecoveryCodesDialog
          title={t`Your new recovery codes`}
          codes={recoveryCodes}
          onClose={() => setDialog(null)}
        />,
      );
    });
    return isDone ? "" : null;
  });
  return (
    <Section
      title={<Trans>Recovery codes</Trans>}
      actions={
        <Button pending={create.isPending} onClick={() => setAsking(true)}>
          <Trans>Create new codes…</Trans>
        </Button>
      }
    >
      <p className={styles["lead"]}>
        <Plural
          value={left}
          _0="None of your codes is left."
          one="# of 10 codes is left. It signs you in once if you lose your phone."
          other="# of 10 codes are left. Each signs you in once if you lose your phone."
        />
      </p>
      {left > few ? null : (
        <InlineNotice tone="warn">
          <Trans>Create new codes, so that you can still sign in without your phone.</Trans>
        </InlineNotice>
      )}
      <AlertDialog
        title={t`Create new recovery codes?`}
        isOpen={isAsking}
        onCancel={() => setAsking(false)}
        onConfirm={() => create.mutate()}
        confirm={<Trans>Create new codes</Trans>}
      >
        <Trans>The codes that you have stop working.</Trans>
      </AlertDialog>
      {stepUp}
      {dialog}
    </Section>
  );
}
