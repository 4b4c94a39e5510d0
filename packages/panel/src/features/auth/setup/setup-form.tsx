import { parseEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRouteContext, useRouter } from "@tanstack/react-router";
import { ApiProblem } from "../../../lib/api/problem.ts";
import { request } from "../../../lib/api/request.ts";
import { Button } from "../../../ui/forms/button.tsx";
import { PasswordField, TextField } from "../../../ui/forms/field.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { completeSignInToOrganization, saveLanguage } from "../complete-sign-in.ts";
import { useNewPasswordCheck } from "../new-password.ts";
import { FormErrors, useSubmission } from "../use-submission.tsx";

interface SetupFormProps {
  readonly token: string;
  /** The link is used or invalid. */
  readonly onRefused: (error: ApiProblem) => void;
}

/** Organization, name, e-mail, password: the first organization and its owner. */
export function SetupForm({ token, onRefused }: SetupFormProps) {
  const { t } = useLingui();
  const router = useRouter();
  const context = useRouteContext({ from: "__root__" });
  const checkPassword = useNewPasswordCheck();
  const form = useSubmission({
    fields: ["organization", "name", "email", "password"],
    check: ({ organization, name, email, password }) => {
      const badPassword = checkPassword(password);
      return {
        ...(organization.trim() === "" ? { organization: t`Enter the name of your organization` } : {}),
        ...(name.trim() === "" ? { name: t`Enter your name` } : {}),
        ...(parseEmail(email).ok ? {} : { email: t`Enter your e-mail address, like name@company.com` }),
        ...(badPassword === null ? {} : { password: badPassword }),
      };
    },
    send: async (values) => {
      try {
        const { body } = await request("POST /setup", { body: { token, ...values } });
        await saveLanguage(body);
        await completeSignInToOrganization(context, router, body);
      } catch (error) {
        if (error instanceof ApiProblem && error.code.startsWith("setup/")) onRefused(error);
        else throw error;
      }
    },
  });
  return (
    <AuthLayout
      title={t`Set up Gatehouse`}
      lead={<Trans>Your organization, and you as its first owner</Trans>}
    >
      <form noValidate onSubmit={form.onSubmit}>
        <FormErrors form={form} />
        <TextField
          {...form.control("organization")}
          tall
          label={<Trans>Organization</Trans>}
          hint={<Trans>The company or app whose panel is protected</Trans>}
          autoComplete="organization"
          maxLength={200}
        />
        <TextField
          {...form.control("name")}
          tall
          label={<Trans>Your name</Trans>}
          autoComplete="name"
          maxLength={200}
        />
        <TextField
          {...form.control("email")}
          tall
          label={<Trans>E-mail</Trans>}
          type="email"
          inputMode="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
        />
        <PasswordField
          {...form.control("password")}
          tall
          label={<Trans>Password</Trans>}
          hint={<Trans>At least 12 characters; a sentence works well</Trans>}
          autoComplete="new-password"
        />
        <Button type="submit" variant="primary" wide tall pending={form.isPending}>
          <Trans>Set up and sign in</Trans>
        </Button>
      </form>
    </AuthLayout>
  );
}
