import { parseEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useRouteContext, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { ApiProblem, request } from "../../../lib/api/request.ts";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { Options, RadioOption } from "../../../ui/forms/checkbox.tsx";
import { EmailField, TextField } from "../../../ui/forms/field.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { completeSignInToOrganization, saveLanguage } from "../complete-sign-in.ts";
import { useLinkToken } from "../links/link-token.ts";
import { NewPasswordField, useNewPasswordCheck } from "../new-password/new-password-field.tsx";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import styles from "./setup-page.module.css";

type State =
  | { readonly is: "asking" | "needed" | "done" | "bad-token" }
  | { readonly is: "failed"; readonly error: unknown };

/** First run: creates the organization and its owner. Opening the page changes nothing. */
export function SetupPage() {
  const token = useLinkToken();
  const [state, setState] = useState<State>({ is: "asking" });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try loads again
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    // Without a token there may be nothing to set up any more.
    const lookUp = token === "" ? request("GET /setup", { signal }) : lookUpToken(token, signal);
    lookUp.then(
      () => setState({ is: "needed" }),
      (error: unknown) => {
        if (!leaving.signal.aborted) setState(toState(error));
      },
    );
    return () => leaving.abort();
  }, [token, tries]);

  if (state.is === "asking") return <SetupLoading />;
  if (state.is === "done") return <Done />;
  if (state.is === "failed") return <Failed error={state.error} onRetry={() => setTries(tries + 1)} />;
  if (state.is === "bad-token") return <InvalidToken />;
  if (token === "") return <MissingToken />;
  return <SetupForm token={token} onRefused={(error) => setState(toState(error))} />;
}

const lookUpToken = (token: string, signal: AbortSignal) =>
  request("POST /setup/lookup", { body: { token }, signal });

function toState(error: unknown): State {
  if (error instanceof ApiProblem && error.code === "setup/done") return { is: "done" };
  if (error instanceof ApiProblem && error.code === "setup/token") return { is: "bad-token" };
  return { is: "failed", error };
}

function SetupLoading() {
  const { t } = useLingui();
  return <AuthLayout title={t`Set up Gatehouse`} />;
}

function Done() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Gatehouse is set up`}
      lead={<Trans>The set-up link works once. Sign in with the account that was created.</Trans>}
    >
      <Link to="/sign-in" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Sign in</Trans>
      </Link>
    </AuthLayout>
  );
}

function MissingToken() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Set up Gatehouse`}
      lead={
        <Trans>
          Open the set-up link that the server prints when it starts, in the terminal or in its log. It begins
          with this address and ends with a long key.
        </Trans>
      }
    />
  );
}

function InvalidToken() {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`This set-up link doesn’t work`}
      lead={
        <Trans>
          It may be incomplete, older than a day, or from an earlier start. Restart the server to print a new
          link.
        </Trans>
      }
    />
  );
}

function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useLingui();
  return (
    <AuthLayout title={t`Set up Gatehouse`}>
      <ProblemState error={error} onRetry={onRetry} />
    </AuthLayout>
  );
}

interface SetupFormProps {
  readonly token: string;
  /** The link is used or invalid. */
  readonly onRefused: (error: ApiProblem) => void;
}

/** Organization, name, e-mail, password: the first organization and its owner. */
function SetupForm({ token, onRefused }: SetupFormProps) {
  const { t } = useLingui();
  const router = useRouter();
  const context = useRouteContext({ from: "__root__" });
  const checkPassword = useNewPasswordCheck();
  const form = useSubmission({
    fields: ["organization", "name", "email", "password", "catalogue"],
    check: ({ organization, name, email, password }) => {
      const badPassword = checkPassword(password);
      return {
        ...(organization.trim() === "" ? { organization: t`Enter the name of your organization` } : {}),
        ...(name.trim() === "" ? { name: t`Enter your name` } : {}),
        ...(parseEmail(email).ok ? {} : { email: t`Enter your e-mail address, like name@company.com` }),
        ...(badPassword === null ? {} : { password: badPassword }),
      };
    },
    send: async ({ catalogue, ...values }) => {
      try {
        const start = catalogue === "example" ? "example" : "none";
        const { body } = await request("POST /setup", { body: { token, ...values, catalogue: start } });
        await saveLanguage(body);
        await completeSignInToOrganization(context, router, body, "/");
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
        <EmailField {...form.control("email")} tall label={<Trans>E-mail</Trans>} />
        <NewPasswordField {...form.control("password")} tall label={<Trans>Password</Trans>} />
        <fieldset className={styles["choice"]}>
          <legend>
            <Trans>Permissions and roles to start with</Trans>
          </legend>
          <Options>
            <RadioOption
              name="catalogue"
              value="none"
              defaultChecked
              about={<Trans>Roles for managing access. Your panel’s permissions come from its code.</Trans>}
            >
              <Trans>Your own</Trans>
            </RadioOption>
            <RadioOption
              name="catalogue"
              value="example"
              about={<Trans>Permissions and roles of a customer-engagement panel, to try things out.</Trans>}
            >
              <Trans>The example</Trans>
            </RadioOption>
          </Options>
        </fieldset>
        <Button type="submit" variant="primary" wide tall pending={form.isPending}>
          <Trans>Set up and sign in</Trans>
        </Button>
      </form>
    </AuthLayout>
  );
}
