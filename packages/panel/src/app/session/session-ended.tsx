import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { Dialog } from "../../ui/dialog.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "../doorway/gate.module.css";
import { SignInForm } from "../doorway/sign-in-form.tsx";
import { meQuery, useMe } from "./session.tsx";
import type { SessionGate } from "./session-gate.ts";

/** Asks for the password when the session has ended, over the page as it stands: drafts stay, requests go on after. */
export function SessionEnded({ gate }: { readonly gate: SessionGate }) {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const isWaiting = useSyncExternalStore(gate.subscribe, gate.isWaiting);
  const password = useRef<HTMLInputElement>(null);
  // After the dialog has taken the focus, from whatever popover was open behind it.
  useEffect(() => {
    if (isWaiting) password.current?.focus();
  }, [isWaiting]);
  if (!isWaiting) return null;
  return (
    <Dialog title={t`Sign in again`} isOpen isNarrow onClose={() => gate.settle(false)}>
      <p>
        <Trans>
          Your session has ended. What you have written is still here; it goes on after you sign in.
        </Trans>
      </p>
      <div className={styles["content"]}>
        <SignInForm
          passwordRef={password}
          email={me.email}
          onSignedIn={() => {
            gate.settle(true);
            return client.invalidateQueries({ queryKey: meQuery.queryKey });
          }}
        />
      </div>
      <p>
        <Trans>Not {me.name}?</Trans>{" "}
        <LinkButton inline onClick={() => location.assign("/sign-in")}>
          <Trans>Use another account</Trans>
        </LinkButton>
      </p>
    </Dialog>
  );
}
