import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { request } from "../../../lib/api/request.ts";
import { recallInTab, rememberInTab } from "../../../lib/storage/storage.ts";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { EmailField } from "../../../ui/forms/field.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { FormErrors, useSubmission } from "../use-submission.tsx";

/** Sends the link to set a new password. What the page says is the same whether or not the address has an account. */
export function ForgotPasswordPage() {
  const { t } = useLingui();
  const [email, setEmail] = useState(() => recallInTab("typed-email") ?? "");
  const [isSent, setSent] = useState(false);
  if (isSent) return <LinkSent email={email} onBack={() => setSent(false)} />;
  return (
    <AuthLayout
      title={t`Set a new password`}
      lead={<Trans>We send a link to the address that you sign in with.</Trans>}
      foot={<NoEmail />}
    >
      <AddressForm
        email={email}
        onSent={(sentTo) => {
          setEmail(sentTo);
          setSent(true);
        }}
      />
      <Link to="/sign-in" className={buttonClass({ wide: true, tall: true })}>
        <Trans>Back to sign-in</Trans>
      </Link>
    </AuthLayout>
  );
}

interface AddressFormProps {
  readonly email: string;
  readonly onSent: (email: string) => void;
}

function AddressForm({ email, onSent }: AddressFormProps) {
  const { t } = useLingui();
  const form = useSubmission({
    fields: ["email"],
    check: (values) => (values.email.trim() === "" ? { email: t`Enter your e-mail address` } : {}),
    send: async (body) => {
      await request("POST /password-resets", { body });
      rememberInTab("typed-email", null);
      onSent(body.email.trim());
    },
  });
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <FormErrors form={form} />
      <EmailField
        {...form.control("email")}
        tall
        label={<Trans>E-mail</Trans>}
        defaultValue={email}
        autoFocus={email === ""}
      />
      <Button type="submit" variant="primary" wide tall autoFocus={email !== ""} pending={form.isPending}>
        <Trans>Send the link</Trans>
      </Button>
    </form>
  );
}

interface LinkSentProps {
  readonly email: string;
  readonly onBack: () => void;
}

function LinkSent({ email, onBack }: LinkSentProps) {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Check your e-mail`}
      lead={
        <Trans>
          If {email} has an account, a link is on its way. It works once, for 30 minutes; a newer link
          replaces it.
        </Trans>
      }
      foot={<NoEmail />}
    >
      <Link to="/sign-in" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Back to sign-in</Trans>
      </Link>
      <Button wide tall onClick={onBack}>
        <Trans>Send it again</Trans>
      </Button>
    </AuthLayout>
  );
}

/** The other ways back in. */
function NoEmail() {
  return (
    <Trans>
      No e-mail? Look in the spam folder, or ask an access manager in your organization: they can send you the
      link, too.
    </Trans>
  );
}
