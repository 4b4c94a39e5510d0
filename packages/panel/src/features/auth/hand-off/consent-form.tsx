import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useRouter } from "@tanstack/react-router";
import { ApiProblem } from "../../../lib/api/problem.ts";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { AuthLayout } from "../auth-layout.tsx";
import { FormErrors, useSubmission } from "../use-submission.tsx";
import styles from "./consent-form.module.css";
import { continueToPanel, type HandOffRequest, signOutThen } from "./hand-off.ts";

interface ConsentFormProps {
  readonly person: SessionView["user"];
  readonly visit: HandOffRequest;
}

/** Asks for consent before a panel gets the user's name and email. */
export function ConsentForm({ person, visit }: ConsentFormProps) {
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
