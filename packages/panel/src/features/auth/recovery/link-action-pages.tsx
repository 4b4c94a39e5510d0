/** The pages of links with one button: they confirm or undo a change of address, or report what somebody else did. Opening them changes nothing. */
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { request } from "../../../lib/api/request.ts";
import { setSignedInHint } from "../../../lib/storage/storage.ts";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { IncompleteLink } from "../links/incomplete-link.tsx";
import { useLinkToken } from "../links/link-token.ts";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import { Finished } from "./finished.tsx";
import { getInvalidReason, InvalidLink, type InvalidReason } from "./invalid-link.tsx";

/** The link in the email to the new address: changes it. */
export function ConfirmEmailPage() {
  const { t } = useLingui();
  return (
    <LinkAction
      title={t`Confirm your new address`}
      lead={<Trans>From now on you sign in with the address that this link was sent to.</Trans>}
      action={<Trans>Confirm the address</Trans>}
      send={(token) => request("POST /email-changes/confirm", { body: { token } })}
      done={
        <Finished title={t`Your address is changed`}>
          <Trans>Sign in with the new address from now on. Your password stays the same.</Trans>
        </Finished>
      }
    />
  );
}

/** The link in the email to the old address: keeps or restores it. */
export function UndoEmailPage() {
  const { t } = useLingui();
  return (
    <LinkAction
      title={t`Keep your old address`}
      lead={
        <Trans>
          You go on signing in with the address that this link was sent to. You are signed out on every
          device.
        </Trans>
      }
      action={<Trans>Keep the old address</Trans>}
      send={async (token) => {
        await request("POST /email-changes/cancel", { body: { token } });
        setSignedInHint(false);
      }}
      done={
        <Finished
          title={t`Your old address is in use`}
          next={
            <Link
              to="/forgot-password"
              className={buttonClass({ variant: "primary", wide: true, tall: true })}
            >
              <Trans>Set a new password</Trans>
            </Link>
          }
        >
          <Trans>
            You are signed out on every device. If someone else asked for the change, they know your password:
            set a new one now.
          </Trans>
        </Finished>
      }
    />
  );
}

/** "That wasn't me": the link in emails about what somebody else may have done, such as a sign-in from a new device. */
export function SecureAccountPage() {
  const { t } = useLingui();
  return (
    <LinkAction
      title={t`Secure your account`}
      lead={
        <Trans>
          If that wasn’t you, someone else may know your password. It stops working, you are signed out on
          every device, passkeys and an authenticator app that they added are removed, and you get an e-mail
          to set a new password.
        </Trans>
      }
      action={<Trans>Secure my account</Trans>}
      kind="sign-in"
      send={async (token) => {
        await request("POST /sign-ins/report", { body: { token } });
        setSignedInHint(false);
      }}
      done={
        <Finished title={t`Your account is secured`} next={null}>
          <Trans>
            You are signed out on every device, and your old password no longer works. Open the e-mail that we
            have sent to you, and set a new one.
          </Trans>
        </Finished>
      }
    />
  );
}

interface LinkActionProps {
  readonly title: string;
  readonly lead: ReactNode;
  readonly action: ReactNode;
  readonly send: (token: string) => Promise<unknown>;
  readonly done: ReactNode;
  /** What the link is about, if it isn't the address. */
  readonly kind?: "sign-in";
}

/** One button that uses the link of the page. */
function LinkAction({ title, lead, action, send, done, kind }: LinkActionProps) {
  const token = useLinkToken();
  const [reason, setReason] = useState<InvalidReason | null>(null);
  const [isDone, setDone] = useState(false);
  const form = useSubmission<never>({
    fields: [],
    check: () => ({}),
    send: async () => {
      try {
        await send(token);
        setDone(true);
      } catch (error) {
        const found = getInvalidReason(error);
        if (found === null) throw error;
        setReason(found);
      }
    },
  });
  if (token === "") return <IncompleteLink />;
  if (isDone) return done;
  if (reason !== null)
    return <InvalidLink kind={kind === "sign-in" ? "password" : "email"} reason={reason} />;
  return (
    <AuthLayout title={title} lead={lead}>
      <form noValidate onSubmit={form.onSubmit}>
        <FormErrors form={form} />
        <Button type="submit" variant="primary" wide tall pending={form.isPending}>
          {action}
        </Button>
      </form>
    </AuthLayout>
  );
}
