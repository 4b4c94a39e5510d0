/** Adds a passkey. Loaded when it is wanted. */
import { parseUserAgent } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useApi } from "../../../lib/api/use-api.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { TextField } from "../../../ui/forms/field.tsx";
import { Dialog } from "../../../ui/overlays/dialog.tsx";
import { PasskeyProblem } from "../../auth/passkeys/passkey-problem.tsx";
import { createPasskey, PasskeyError } from "../../auth/passkeys/webauthn.ts";
import { FormErrors, useSubmission } from "../../auth/use-submission.tsx";
import styles from "../account.module.css";
import { RecoveryCodesDialog } from "./recovery-codes-dialog.tsx";
import { useSecurityRefresh } from "./use-security-change.ts";

interface AddPasskeyDialogProps {
  /** Those of the person's other passkeys. */
  readonly names: readonly string[];
  readonly onClose: () => void;
}

/** The name of the new passkey; then the browser asks where to keep it. Shows recovery codes after the first factor. */
export function AddPasskeyDialog({ names, onClose }: AddPasskeyDialogProps) {
  const { t } = useLingui();
  const api = useApi();
  const proposed = proposeName(useDeviceName(), names);
  const say = useStatusMessage();
  const refresh = useSecurityRefresh();
  const [failure, setFailure] = useState<PasskeyError | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const form = useSubmission({
    fields: ["name"],
    check: ({ name }) => (name.trim() === "" ? { name: t`Enter a name` } : {}),
    async send({ name }) {
      setFailure(null);
      try {
        const credential = await createPasskey(await api("POST /me/passkeys/options"));
        const { recoveryCodes } = await api("POST /me/passkeys", { body: { name, credential } });
        if (recoveryCodes === undefined) {
          onClose();
          say({ tone: "good", text: t`The passkey “${name}” is added` });
        } else setCodes(recoveryCodes);
        await refresh();
      } catch (error) {
        if (!(error instanceof PasskeyError)) throw error;
        setFailure(error);
      }
    },
  });
  if (codes !== null)
    return (
      <RecoveryCodesDialog
        title={t`The passkey is added. Save your recovery codes`}
        codes={codes}
        onClose={onClose}
      />
    );
  return (
    <Dialog title={t`Add a passkey`} isOpen isNarrow onClose={onClose}>
      <p>
        <Trans>
          Your browser asks where to keep the passkey: on this device, in a password manager, on your phone or
          on a security key.
        </Trans>
      </p>
      <form className={styles["form"]} noValidate onSubmit={form.onSubmit}>
        <FormErrors form={form} />
        <PasskeyProblem error={failure} />
        <TextField
          {...form.control("name")}
          label={<Trans>Name</Trans>}
          hint={<Trans>So that you recognize it in the list.</Trans>}
          maxLength={100}
          autoComplete="off"
          autoFocus
          defaultValue={proposed}
        />
        <Button type="submit" variant="primary" wide pending={form.isPending}>
          <Trans>Create passkey</Trans>
        </Button>
      </form>
    </Dialog>
  );
}

/** Browser and system: "Chrome on macOS". */
function useDeviceName(): string {
  const { t } = useLingui();
  const { browser, system } = parseUserAgent(navigator.userAgent);
  if (browser !== null && system !== null) return t`${browser} on ${system}`;
  return browser ?? system ?? t`Passkey`;
}

/** The name, with a number if a passkey has it. */
export function proposeName(name: string, taken: readonly string[]): string {
  let number = 1;
  const propose = () => (number === 1 ? name : `${name} ${number}`);
  while (taken.includes(propose())) number += 1;
  return propose();
}
