import { parseEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useRouteContext, useRouter } from "@tanstack/react-router";
import { ApiProblem } from "../../app/api/problem.ts";
import { request } from "../../app/api/request.ts";
import { enterOrganization, keepLanguage } from "../../app/doorway/enter.ts";
import { FormErrors } from "../../app/doorway/form-errors.tsx";
import { Gate } from "../../app/doorway/gate.tsx";
import { useNewPasswordCheck } from "../../app/doorway/new-password.ts";
import { useSubmission } from "../../app/doorway/use-submission.ts";
import { Button } from "../../ui/button.tsx";
import { PasswordField, TextField } from "../../ui/field.tsx";

interface SetupFormProps {
  readonly token: string;
  /** The link turned out to be used or wrong. */
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
        ...(organization.trim() === "" ? { organization: t`Write the name of your organization` } : {}),
        ...(name.trim() === "" ? { name: t`Write your name` } : {}),
        ...(parseEmail(email).ok ? {} : { email: t`Write your e-mail address, like name@company.com` }),
        ...(badPassword === null ? {} : { password: badPassword }),
      };
    },
    send: async (values) => {
      try {
        const { body } = await request("POST /setup", { body: { token, ...values } });
        await keepLanguage(body);
        await enterOrganization(context, router, body);
      } catch (error) {
        if (error instanceof ApiProblem && error.code.startsWith("setup/")) onRefused(error);
        else throw error;
      }
    },
  });
  return (
    <Gate title={t`Set up Gatehouse`} lead={<Trans>Your organization, and you as its first owner</Trans>}>
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
    </Gate>
  );
}
