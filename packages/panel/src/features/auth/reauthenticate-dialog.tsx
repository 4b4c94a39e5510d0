import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { Reauthentication } from "../../lib/session/reauthentication.ts";
import { meQuery, useMe } from "../../lib/session/session.tsx";
import { Dialog } from "../../ui/overlays/dialog.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "./auth-layout.module.css";
import { SignInForm } from "./sign-in-form.tsx";

/** Asks for the password when the session has ended. The page stays mounted, so drafts are kept and waiting requests continue. */
export function ReauthenticateDialog({ reauthentication }: { readonly reauthentication: Reauthentication }) {
  const { t } = useLingui();
  const me = useMe();
  const client = useQueryClient();
  const isWaiting = useSyncExternalStore(reauthentication.subscribe, reauthentication.isWaiting);
  const password = useRef<HTMLInputElement>(null);
  // The dialog takes the focus first, for instance from an open popover; then it moves to the field.
  useEffect(() => {
    if (isWaiting) password.current?.focus();
  }, [isWaiting]);
  if (!isWaiting) return null;
  return (
    <Dialog title={t`Sign in again`} isOpen isNarrow onClose={() => reauthentication.settle(false)}>
      <p>
        <Trans>
          Your session has ended. What you entered is still here; you can continue after you sign in.
        </Trans>
      </p>
      <div className={styles["content"]}>
        <SignInForm
          passwordRef={password}
          email={me.email}
          onSignedIn={() => {
            reauthentication.settle(true);
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
