import type { SessionView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useRouter } from "@tanstack/react-router";
import { ApiProblem } from "../../app/api/problem.ts";
import { FormErrors } from "../../app/doorway/form-errors.tsx";
import { Gate } from "../../app/doorway/gate.tsx";
import { useSubmission } from "../../app/doorway/use-submission.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { LinkButton } from "../../ui/text.tsx";
import styles from "./first-visit.module.css";
import { goOn, type Visit } from "./hand-off.ts";
import { leave } from "./leave.ts";

interface FirstVisitProps {
  readonly person: SessionView["user"];
  readonly visit: Visit;
}

/** The first visit of a panel: it learns who somebody is only after they said so. */
export function FirstVisit({ person, visit }: FirstVisitProps) {
  const { t } = useLingui();
  const router = useRouter();
  const form = useSubmission<never>({
    fields: [],
    check: () => ({}),
    async send() {
      try {
        await goOn(visit, { consent: true });
      } catch (error) {
        // The session has ended, or the panel was taken off the list: the page itself knows what to say.
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
    <Gate
      title={t`Continue to ${host}?`}
      lead={<Trans>{origin} will learn your name and e-mail address.</Trans>}
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
          <LinkButton inline onClick={() => void leave(() => location.reload())}>
            <Trans>Use another account</Trans>
          </LinkButton>
        </p>
      </form>
    </Gate>
  );
}
