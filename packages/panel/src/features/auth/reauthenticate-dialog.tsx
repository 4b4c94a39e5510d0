import { Trans, useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { request } from "../../lib/api/request.ts";
import { loadPage } from "../../lib/base-path.ts";
import type { Reauthentication } from "../../lib/session/reauthentication.ts";
import { meQuery, useMe } from "../../lib/session/session.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { Dialog } from "../../ui/overlays/dialog.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "./auth-layout.module.css";
import { type LostAccess, LostAccessText } from "./lost-access.tsx";
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
  const lostAccess = useLostAccess(isWaiting);
  if (!isWaiting) return null;
  if (lostAccess !== null) return <LostAccessDialog lostAccess={lostAccess} />;
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
        <LinkButton inline onClick={() => loadPage("/sign-in")}>
          <Trans>Use another account</Trans>
        </LinkButton>
      </p>
    </Dialog>
  );
}

/** Who ended the session, asked when it is found to have ended; null if nobody did. */
function useLostAccess(isWaiting: boolean): LostAccess | null {
  const [lostAccess, setLostAccess] = useState<LostAccess | null>(null);
  useEffect(() => {
    if (!isWaiting) return undefined;
    const leaving = new AbortController();
    request("GET /sessions/status", { signal: leaving.signal }).then(
      ({ body }) => setLostAccess(body.lostAccess),
      () => undefined, // the form is shown as after any other end
    );
    return () => leaving.abort();
  }, [isWaiting]);
  return lostAccess;
}

/** Signing in again would lead nowhere: says who took the access away. */
function LostAccessDialog({ lostAccess }: { readonly lostAccess: LostAccess }) {
  const { t } = useLingui();
  const leave = () => loadPage("/sign-in");
  const title =
    lostAccess.reason === "suspended" ? t`Your access is suspended` : t`You no longer have access`;
  return (
    <Dialog title={title} isOpen isNarrow onClose={leave}>
      <p>
        <LostAccessText {...lostAccess} />
      </p>
      <Button variant="primary" wide onClick={leave}>
        <Trans>Use another account</Trans>
      </Button>
    </Dialog>
  );
}
