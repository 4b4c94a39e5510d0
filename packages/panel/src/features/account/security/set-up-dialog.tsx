/** Sets up an authenticator app, the first or another one. Loaded when it is wanted. */

import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { ResponseBody } from "../../../lib/api/request.ts";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { linkClass } from "../../../ui/text.tsx";
import { FormErrors, useSubmission } from "../../auth/use-submission.tsx";
import { CopyField } from "../../settings/copy-field.tsx";
import styles from "../account.module.css";
import { QrCode } from "./qr-code.tsx";
import { RecoveryCodesDialog } from "./recovery-codes-dialog.tsx";
import { useSecurityRefresh } from "./use-security-change.ts";

interface SetUpDialogProps {
  /** The secret of the app. */
  readonly app: ResponseBody<"POST /me/totp">;
  /** Another app works until the first code of this one is entered. */
  readonly isReplacement: boolean;
  readonly onClose: () => void;
}

/** The QR code, the key as text, and the field for the first code; then the recovery codes. */
export function SetUpDialog({ app, isReplacement, onClose }: SetUpDialogProps) {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const refresh = useSecurityRefresh();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const form = useSubmission({
    fields: ["code"],
    check: ({ code }) => (code.trim() === "" ? { code: t`Enter the code` } : {}),
    explain: ({ code }) =>
      code === "second-factors/wrong-code"
        ? { code: t`This isn’t the code that the app shows now. Is the clock of the phone right?` }
        : null,
    async send(body) {
      const { recoveryCodes } = await api("POST /me/totp/confirm", { body });
      if (recoveryCodes === undefined) {
        onClose();
        say({
          tone: "good",
          text: isReplacement ? t`The authenticator app is changed` : t`The authenticator app is set up`,
        });
      } else setCodes(recoveryCodes);
      await refresh();
    },
  });
  if (codes !== null)
    return (
      <RecoveryCodesDialog
        title={t`The app is set up. Save your recovery codes`}
        codes={codes}
        onClose={onClose}
      />
    );
  return (
    <Dialog
      title={isReplacement ? t`Change the authenticator app` : t`Set up an authenticator app`}
      isOpen
      isNarrow
      onClose={onClose}
    >
      {isReplacement ? (
        <p>
          <Trans>The app that you have works until you enter the first code of the new one.</Trans>
        </p>
      ) : null}
      <p>
        <Trans>
          Scan this code with an authenticator app, such as Google Authenticator, 2FAS or your password
          manager.
        </Trans>
      </p>
      <QrCode text={app.uri} label={t`QR code for the authenticator app`} />
      <a className={linkClass()} href={app.uri}>
        <Trans>Open an app on this device</Trans>
      </a>
      <CopyField
        label={t`Key`}
        value={app.secret}
        shown={groupLetters(app.secret)}
        hint={<Trans>If you can’t scan the code, enter this key in the app.</Trans>}
      />
      <form className={styles["form"]} noValidate onSubmit={form.onSubmit}>
        <FormErrors form={form} />
        <TextField
          {...form.control("code")}
          label={<Trans>Code</Trans>}
          hint={<Trans>The six digits that the app shows now.</Trans>}
          autoComplete="one-time-code"
          inputMode="numeric"
        />
        <Button type="submit" variant="primary" wide pending={form.isPending}>
          {isReplacement ? <Trans>Change app</Trans> : <Trans>Turn on</Trans>}
        </Button>
      </form>
    </Dialog>
  );
}

/** Groups of four letters, four in a line: so that people can type them. */
function groupLetters(secret: string): string {
  return (secret.match(/.{1,16}/g) ?? []).map((line) => (line.match(/.{1,4}/g) ?? []).join(" ")).join("\n");
}
