import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link, useRouter } from "@tanstack/react-router";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { ApiProblem } from "../../../lib/api/request.ts";
import { loadPage } from "../../../lib/base-path.ts";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import { continueToPanel, type HandOffRequest, signOutThen } from "./hand-off.ts";
import styles from "./hand-off-page.module.css";

const route = getRouteApi("/hand-off");

/** Shown if the user can't continue to the panel: why, and what to do next. */
export function HandOffPage() {
  const { t } = useLingui();
  const router = useRouter();
  const outcome = route.useLoaderData();
  switch (outcome.is) {
    case "left-panel":
      return <SignedOutOfPanel name={outcome.person?.name ?? null} />;
    case "first-visit":
      return <ConsentForm {...outcome} />;
    case "no-member":
      return <NoAccess {...outcome} />;
    case "suspended":
      return <Suspended {...outcome} />;
    case "sign-in-again":
      return <SignInAgain {...outcome} />;
    case "rule-not-met":
      return <RuleNotMet {...outcome} />;
    case "unknown-panel":
      return <UnknownPanel {...outcome} />;
    case "failed":
      return (
        <AuthLayout title={t`Opening your panel`}>
          <ProblemState error={outcome.error} onRetry={() => router.invalidate()} />
        </AuthLayout>
      );
    case "expired":
      return (
        <AuthLayout
          title={t`This sign-in has expired`}
          lead={
            <Trans>
              It took too long or was started in another browser. You are not signed in to the panel. Open it
              again.
            </Trans>
          }
        />
      );
    default:
      return (
        <AuthLayout
          title={t`This address is incomplete`}
          lead={<Trans>Open your panel first. It brings you here when you need to sign in.</Trans>}
        />
      );
  }
}

function NoAccess({ email }: { readonly email: string }) {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`No access to this panel`}
      lead={
        <Trans>
          You are signed in as {email}, but this address has no access to the organization of this panel. Ask
          an access manager there to invite it.
        </Trans>
      }
    >
      <UseAnotherAccount />
    </AuthLayout>
  );
}

interface SuspendedProps {
  readonly email: string;
  readonly organization: string;
}

function Suspended({ email, organization }: SuspendedProps) {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Your access is suspended`}
      lead={
        <Trans>
          {organization} has suspended access for {email}. Ask an access manager there to restore it.
        </Trans>
      }
    >
      <UseAnotherAccount />
    </AuthLayout>
  );
}

interface RuleProps {
  readonly organization: string;
}

/** The session is ended first: the sign-in page would come back here with it. */
function SignInAgain({ organization }: RuleProps) {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`Sign in again`}
      lead={<Trans>{organization} asks people to sign in again after a while.</Trans>}
    >
      <Button variant="primary" wide tall onClick={() => void signOutThen(() => location.reload())}>
        <Trans>Sign in again</Trans>
      </Button>
    </AuthLayout>
  );
}

function RuleNotMet({ organization }: RuleProps) {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`One step before you continue`}
      lead={
        <Trans>
          You don’t meet a rule of {organization} yet. Open Gatehouse to see what to do, then open the panel
          again.
        </Trans>
      }
    >
      <Link to="/" className={buttonClass({ variant: "primary", wide: true, tall: true })}>
        <Trans>Open Gatehouse</Trans>
      </Link>
    </AuthLayout>
  );
}

function UnknownPanel({ origin }: { readonly origin: string }) {
  const { t } = useLingui();
  return (
    <AuthLayout
      title={t`This panel isn’t registered`}
      lead={
        <Trans>
          {origin} is not in your organization’s list of panels. Ask an owner to add it in Settings, then open
          the panel again.
        </Trans>
      }
    />
  );
}

/** Signs out to use another account. */
function UseAnotherAccount() {
  return (
    <Button wide tall onClick={() => void signOutThen(() => location.reload())}>
      <Trans>Use another account</Trans>
    </Button>
  );
}

/** Signed out of a panel; the session in Gatehouse may still be active. */
function SignedOutOfPanel({ name }: { readonly name: string | null }) {
  const { t } = useLingui();
  const title = t`You are signed out of the panel`;
  if (name === null)
    return (
      <AuthLayout title={title} lead={<Trans>You are not signed in to Gatehouse either.</Trans>}>
        <Link to="/sign-in" className={buttonClass({ wide: true, tall: true })}>
          <Trans>Sign in</Trans>
        </Link>
      </AuthLayout>
    );
  return (
    <AuthLayout
      title={title}
      lead={
        <Trans>
          You are still signed in to Gatehouse as {name}, so opening the panel again signs you in again.
        </Trans>
      }
    >
      <Button variant="primary" wide tall onClick={() => void signOutThen(() => loadPage("/sign-in"))}>
        <Trans>Sign out of Gatehouse too</Trans>
      </Button>
      <Link to="/" className={buttonClass({ wide: true, tall: true })}>
        <Trans>Stay signed in</Trans>
      </Link>
    </AuthLayout>
  );
}

interface ConsentFormProps {
  readonly person: SessionView["user"];
  readonly visit: HandOffRequest;
}

/** Asks for consent before a panel gets the user's name and email. */
function ConsentForm({ person, visit }: ConsentFormProps) {
  const { t } = useLingui();
  const router = useRouter();
  const form = useSubmission<never>({
    fields: [],
    check: () => ({}),
    async send() {
      try {
        await continueToPanel(visit, { consent: true });
      } catch (error) {
        // The session has ended or the panel was removed: reload the page, which shows why.
        const isOver = error instanceof ApiProblem && [401, 404, 409].includes(error.status);
        if (!isOver) throw error;
        await router.invalidate();
      }
    },
  });
  const { origin } = visit;
  const { host } = new URL(origin);
  const { email } = person;
  return (
    <AuthLayout
      title={t`Continue to ${host}?`}
      lead={<Trans>{origin} will receive your name and e-mail address.</Trans>}
      foot={<Trans>You are asked once for each panel.</Trans>}
    >
      <form noValidate onSubmit={form.onSubmit}>
        <FormErrors form={form} />
        <Button type="submit" variant="primary" wide tall pending={form.isPending}>
          <Trans>Continue</Trans>
        </Button>
        <Link to="/" className={buttonClass({ wide: true, tall: true })}>
          <Trans>Cancel</Trans>
        </Link>
        <p className={styles["other"]}>
          <Trans>Not {email}?</Trans>{" "}
          <LinkButton inline onClick={() => void signOutThen(() => location.reload())}>
            <Trans>Use another account</Trans>
          </LinkButton>
        </p>
      </form>
    </AuthLayout>
  );
}
