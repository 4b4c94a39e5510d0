import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useCallback, useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { request } from "../../../lib/api/request.ts";
import { setSignedInHint } from "../../../lib/storage/storage.ts";
import { Button } from "../../../ui/forms/button.tsx";
import { HiddenUsername } from "../../../ui/forms/field.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { IncompleteLink } from "../links/incomplete-link.tsx";
import { useLinkToken } from "../links/link-token.ts";
import { NewPasswordField, useNewPasswordCheck } from "../new-password/new-password-field.tsx";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import { Finished } from "./finished.tsx";
import { getInvalidReason, InvalidLink, type InvalidReason } from "./invalid-link.tsx";
import { useLookup } from "./use-lookup.ts";

/** The page of a reset link. Opening it changes nothing; only the button sets the password. */
export function ResetPage() {
  const token = useLinkToken();
  return token === "" ? <IncompleteLink /> : <Reset key={token} token={token} />;
}

function Reset({ token }: { readonly token: string }) {
  const { t } = useLingui();
  const load = useCallback(
    async () => (await request("POST /password-resets/lookup", { body: { token } })).body.email,
    [token],
  );
  const [lookup, retry] = useLookup(load);
  const [reason, setReason] = useState<InvalidReason | null>(null);
  const [isDone, setDone] = useState(false);
  if (isDone)
    return (
      <Finished title={t`Your password is set`}>
        <Trans>You are signed out on every device. Sign in with the new password.</Trans>
      </Finished>
    );
  if (reason !== null) return <InvalidLink kind="password" reason={reason} />;
  if (lookup.is === "loading") return <AuthLayout title={t`Set a new password`} />;
  if (lookup.is === "failed") {
    const found = getInvalidReason(lookup.error);
    if (found !== null) return <InvalidLink kind="password" reason={found} />;
    return (
      <AuthLayout title={t`Set a new password`}>
        <ProblemState error={lookup.error} onRetry={retry} />
      </AuthLayout>
    );
  }
  const email = displayEmail(lookup.value);
  return (
    <AuthLayout
      title={t`Set a new password`}
      lead={<Trans>For the account {email}</Trans>}
      foot={<Trans>Setting it signs you out on every device.</Trans>}
    >
      <PasswordForm token={token} email={lookup.value} onInvalid={setReason} onDone={() => setDone(true)} />
    </AuthLayout>
  );
}

interface PasswordFormProps {
  readonly token: string;
  readonly email: string;
  readonly onInvalid: (reason: InvalidReason) => void;
  readonly onDone: () => void;
}

function PasswordForm({ token, email, onInvalid, onDone }: PasswordFormProps) {
  const checkPassword = useNewPasswordCheck();
  const form = useSubmission({
    fields: ["password"],
    check: ({ password }) => {
      const fault = checkPassword(password);
      return fault === null ? {} : { password: fault };
    },
    send: async ({ password }) => {
      try {
        await request("POST /password-resets/complete", { body: { token, password } });
      } catch (error) {
        const reason = getInvalidReason(error);
        if (reason === null) throw error;
        return onInvalid(reason);
      }
      setSignedInHint(false);
      onDone();
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <HiddenUsername email={email} />
      <NewPasswordField {...form.control("password")} tall autoFocus label={<Trans>New password</Trans>} />
      <Button type="submit" variant="primary" wide tall pending={form.isPending}>
        <Trans>Set the password</Trans>
      </Button>
    </form>
  );
}
