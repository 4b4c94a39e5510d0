import type { SecurityView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useApi } from "../../../lib/api/use-api.tsx";
import { loadModule } from "../../../lib/load-module.ts";
import { Time } from "../../../ui/data-display/time.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import { useStepUp } from "../../auth/step-up.tsx";
import styles from "../account.module.css";
import { useSecurityChange } from "./use-security-change.ts";

interface AuthenticatorSectionProps {
  readonly security: SecurityView;
}

/** Sets up the authenticator app, changes it for another one, and turns it off. */
export function AuthenticatorSection({ security: { totp, passkeys } }: AuthenticatorSectionProps) {
  const { t } = useLingui();
  const api = useApi();
  const { dialog: stepUp, withStepUp } = useStepUp();
  const [dialog, setDialog] = useState<ReactNode>(null);
  const [isAsking, setAsking] = useState(false);
  const close = () => setDialog(null);
  const start = useSecurityChange(async () => {
    const loading = loadModule(() => import("./set-up-dialog.tsx"));
    const isDone = await withStepUp(async () => {
      const app = await api("POST /me/totp");
      const { SetUpDialog } = await loading;
      setDialog(<SetUpDialog app={app} isReplacement={totp !== null} onClose={close} />);
    });
    return isDone ? "" : null;
  });
  const remove = useSecurityChange(async () => {
    setAsking(false);
    return (await withStepUp(() => api("DELETE /me/totp"))) ? t`The authenticator app is turned off` : null;
  });
  return (
    <Section
      title={<Trans>Authenticator app</Trans>}
      actions={
        totp === null ? (
          <Button pending={start.isPending} onClick={() => start.mutate()}>
            <Trans>Set up</Trans>
          </Button>
        ) : (
          <>
            <Button pending={start.isPending} onClick={() => start.mutate()}>
              <Trans>Change app…</Trans>
            </Button>
            <Button pending={remove.isPending} onClick={() => setAsking(true)}>
              <Trans>Turn off…</Trans>
            </Button>
          </>
        )
      }
    >
      <p className={styles["lead"]}>
        {totp === null ? (
          <Trans>
            With an app on your phone, your password alone is not enough to sign in as you: Gatehouse also
            asks for the code that the app shows.
          </Trans>
        ) : (
          <Trans>
            On since <Time at={totp.enabledAt} as="date" />. When you sign in, Gatehouse asks for the code
            that the app shows.
          </Trans>
        )}
      </p>
      <AlertDialog
        title={t`Turn off the authenticator app?`}
        isOpen={isAsking}
        isDestructive
        onCancel={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
        confirm={<Trans>Turn off</Trans>}
      >
        {passkeys.length === 0 ? (
          <Trans>Your password alone is enough to sign in then. Your recovery codes stop working.</Trans>
        ) : (
          <Trans>Its codes stop working. Your passkeys stay.</Trans>
        )}
      </AlertDialog>
      {stepUp}
      {dialog}
    </Section>
  );
}
