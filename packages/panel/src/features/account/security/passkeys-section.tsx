import type { PasskeyView, SecurityView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, useState } from "react";
import { useApi } from "../../../lib/api/use-api.tsx";
import { loadModule } from "../../../lib/load-module.ts";
import { Time } from "../../../ui/data-display/time.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import rows from "../../../ui/tables/row-list.module.css";
import { LinkButton, VisuallyHidden } from "../../../ui/text.tsx";
import { PasskeyObstacleNotice } from "../../auth/passkeys/passkey-problem.tsx";
import { findPasskeyObstacle } from "../../auth/passkeys/webauthn.ts";
import { useStepUp } from "../../auth/step-up.tsx";
import styles from "../account.module.css";
import { useSecurityChange } from "./use-security-change.ts";

/** The person's passkeys: add, rename, remove. */
export function PasskeysSection({ security }: { readonly security: SecurityView }) {
  const { t } = useLingui();
  const { passkeys } = security;
  const obstacle = findPasskeyObstacle();
  const [dialog, setDialog] = useState<ReactNode>(null);
  const [removed, setRemoved] = useState<PasskeyView | null>(null);
  const { dialog: stepUp, withStepUp } = useStepUp();
  const close = () => setDialog(null);
  const api = useApi();
  const add = useSecurityChange(async () => {
    const loading = loadModule(() => import("./add-passkey-dialog.tsx"));
    // Before the dialog opens, so that none has to open above it.
    await withStepUp(async () => {
      await api("POST /me/passkeys/options");
      const { AddPasskeyDialog } = await loading;
      setDialog(<AddPasskeyDialog names={passkeys.map(({ name }) => name)} onClose={close} />);
    });
    return null;
  });
  const openRename = async (passkey: PasskeyView) => {
    const { RenamePasskeyDialog } = await loadModule(() => import("./rename-passkey-dialog.tsx"));
    setDialog(<RenamePasskeyDialog passkey={passkey} onClose={close} />);
  };
  const remove = useSecurityChange(async () => {
    const passkey = removed;
    setRemoved(null);
    if (passkey === null) return null;
    const { id, name } = passkey;
    const isDone = await withStepUp(() =>
      api("DELETE /me/passkeys/:passkeyId", { params: { passkeyId: id } }),
    );
    return isDone ? t`The passkey “${name}” is removed` : null;
  });
  return (
    <Section
      title={<Trans>Passkeys</Trans>}
      actions={
        obstacle === null ? (
          <Button pending={add.isPending} onClick={() => add.mutate()}>
            <Trans>Add a passkey</Trans>
          </Button>
        ) : null
      }
    >
      <p className={styles["lead"]}>
        <Trans>
          Sign in without your password: with your fingerprint, your face or the PIN of your device. A passkey
          works only here, so no false page can steal it.
        </Trans>
      </p>
      {obstacle === null ? null : (
        <p className={styles["lead"]}>
          <PasskeyObstacleNotice obstacle={obstacle} />
        </p>
      )}
      {passkeys.length === 0 ? null : (
        <ul className={rows["list"]} aria-label={t`Your passkeys`}>
          {passkeys.map((passkey) => (
            <PasskeyRow
              key={passkey.id}
              passkey={passkey}
              onRename={() => void openRename(passkey)}
              onRemove={() => setRemoved(passkey)}
            />
          ))}
        </ul>
      )}
      <RemoveDialog
        passkey={removed}
        isLast={security.totp === null && passkeys.length === 1}
        onCancel={() => setRemoved(null)}
        onConfirm={() => remove.mutate()}
      />
      {stepUp}
      {dialog}
    </Section>
  );
}

interface PasskeyRowProps {
  readonly passkey: PasskeyView;
  readonly onRename: () => void;
  readonly onRemove: () => void;
}

function PasskeyRow({ passkey, onRename, onRemove }: PasskeyRowProps) {
  const { name, createdAt, lastUsedAt, backedUp } = passkey;
  return (
    <li>
      <span>
        <b>{name}</b>
        <span className={rows["second"]}>
          {backedUp ? <Trans>Synced to your devices</Trans> : <Trans>On one device</Trans>} ·{" "}
          <Trans context="passkey">added</Trans> <Time at={createdAt} as="date" /> ·{" "}
          {lastUsedAt === null ? (
            <Trans>never used</Trans>
          ) : (
            <>
              <Trans>last used</Trans> <Time at={lastUsedAt} as="phrase" />
            </>
          )}
        </span>
      </span>
      <span className={styles["buttons"]}>
        <LinkButton variant="quiet" onClick={onRename}>
          <Trans>Rename</Trans>
          <VisuallyHidden> {name}</VisuallyHidden>
        </LinkButton>
        <LinkButton variant="quiet" onClick={onRemove}>
          <Trans>Remove</Trans>
          <VisuallyHidden> {name}</VisuallyHidden>
        </LinkButton>
      </span>
    </li>
  );
}

interface RemoveDialogProps {
  readonly passkey: PasskeyView | null;
  /** The account has no other second factor. */
  readonly isLast: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

function RemoveDialog({ passkey, isLast, onCancel, onConfirm }: RemoveDialogProps) {
  const { t } = useLingui();
  const name = passkey?.name ?? "";
  return (
    <AlertDialog
      title={t`Remove the passkey “${name}”?`}
      isOpen={passkey !== null}
      isDestructive
      onCancel={onCancel}
      onConfirm={onConfirm}
      confirm={<Trans>Remove passkey</Trans>}
    >
      {isLast ? (
        <Trans>
          You can’t sign in with it any more. Your password alone is enough then, and your recovery codes stop
          working. Delete it on the device or in the password manager, too.
        </Trans>
      ) : (
        <Trans>
          You can’t sign in with it any more. Delete it on the device or in the password manager, too.
        </Trans>
      )}
    </AlertDialog>
  );
}
