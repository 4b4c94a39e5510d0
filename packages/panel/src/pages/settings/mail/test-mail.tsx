import type { MailTest } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { useProblemText } from "../../../app/problem-text.ts";
import { useApi } from "../../../app/session/api.tsx";
import { mailFailureInWords } from "../../../app/words/mail-failure-words.ts";
import { Button } from "../../../ui/button.tsx";
import { MailIcon } from "../../../ui/icons.tsx";
import { Reason } from "../../../ui/reason.tsx";
import styles from "./mail.module.css";

/** Sends a mail to oneself and says what the mail server said. */
export function TestMail() {
  const { t } = useLingui();
  const api = useApi();
  const problemText = useProblemText();
  const test = useMutation({
    mutationFn: () => api("POST /organizations/:organizationId/mail/test"),
  });
  const problem = test.error === null ? null : problemText(test.error);
  return (
    <div className={styles["test"]}>
      <Button
        icon={<MailIcon />}
        pending={test.isPending}
        onClick={() => (test.isPending ? undefined : test.mutate())}
      >
        <Trans>Send a test to me</Trans>
      </Button>
      <div role="status">
        {test.isPending ? <p className={styles["about"]}>{t`Waiting for the mail server…`}</p> : null}
        {test.data === undefined || test.isPending ? null : <Outcome test={test.data} />}
        {problem === null || test.isPending ? null : (
          <Reason tone="bad">
            {problem.title}. {problem.text}
          </Reason>
        )}
      </div>
    </div>
  );
}

function Outcome({ test: { status, to, reason } }: { readonly test: MailTest }) {
  const { i18n } = useLingui();
  const why = mailFailureInWords(reason ?? "", i18n);
  switch (status) {
    case "sent":
      return (
        <Reason>
          <Trans>The mail server took the mail to {to}. Look into your inbox, and among the junk.</Trans>
        </Reason>
      );
    case "written":
      return (
        <Reason tone="warn">
          <Trans>No mail server is set. The mail to {to} was written into a file.</Trans>
        </Reason>
      );
    case "rejected":
      return (
        <Reason tone="bad">
          <Trans>
            The mail server refuses mail to {to}: {why}
          </Trans>
        </Reason>
      );
    case "unavailable":
      return (
        <Reason tone="bad">
          <Trans>The mail to {to} could not be handed over.</Trans> {why}{" "}
          <Trans>Your operator corrects it in SMTP_URL and starts Gatehouse again.</Trans>
        </Reason>
      );
  }
}
