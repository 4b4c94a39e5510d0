import type { MailSettings, MailTest } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { ProblemState, useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { useApi, useApiQuery } from "../../../lib/api/use-api.tsx";
import { formatEmailFailure } from "../../../lib/labels/email-failure-labels.ts";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission, useCan } from "../../../lib/session/session.tsx";
import { Fact, Facts } from "../../../ui/data-display/facts.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { MailIcon } from "../../../ui/icons.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./mail.module.css";

/** The email settings and a test email. */
export function MailPage() {
  const { t } = useLingui();
  usePageTitle(t`E-mail`);
  return (
    <RequirePermission permission="organization:view" name={t`View settings`}>
      <SettingsFrame>
        <Section title={<Trans>E-mail</Trans>}>
          <LoadedMail />
        </Section>
      </SettingsFrame>
    </RequirePermission>
  );
}

function LoadedMail() {
  const query = useApiQuery("GET /organizations/:organizationId/mail", {});
  const mayTest = useCan("organization:edit");
  if (query.data === undefined)
    return query.error === null ? (
      <LoadingState>
        {["server", "sender"].map((fact) => (
          <p key={fact} className={styles["skeleton"]}>
            <Skeleton size="long" />
          </p>
        ))}
      </LoadingState>
    ) : (
      <ProblemState error={query.error} onRetry={() => query.refetch()} />
    );
  const settings = query.data.body;
  return (
    <div className={styles["mail"]}>
      <MailDetails settings={settings} />
      {mayTest ? (
        <TestEmail />
      ) : (
        <InlineNotice tone="locked">
          <Trans>You don’t have permission to send a test e-mail.</Trans>
        </InlineNotice>
      )}
    </div>
  );
}

function MailDetails({ settings }: { readonly settings: MailSettings }) {
  const { kind, server, isEncrypted, sender, worker, waitingJobs } = settings;
  return (
    <>
      <Facts>
        <Fact name={<Trans>Mail server</Trans>}>{kind === "smtp" ? server : <Trans>Not set up</Trans>}</Fact>
        <Fact name={<Trans context="mail">From</Trans>}>
          {sender.name} &lt;{sender.address}&gt;
        </Fact>
        {kind === "files" ? null : (
          <Fact name={<Trans>Encryption</Trans>}>
            {isEncrypted ? <Trans>Always</Trans> : <Trans>If the mail server supports it</Trans>}
          </Fact>
        )}
      </Facts>
      {worker === "missing" ? (
        <InlineNotice tone="warn">
          <Trans>
            No e-mail is being sent because no worker is running. Ask your administrator to start one with
            “gatehouse worker”.
          </Trans>{" "}
          {waitingJobs > 0 ? (
            <Plural
              value={waitingJobs}
              one="# e-mail or task is waiting."
              other="# e-mails and tasks are waiting."
            />
          ) : null}
        </InlineNotice>
      ) : null}
      {kind === "files" ? (
        <InlineNotice tone="warn">
          <Trans>
            No e-mail is sent yet. Share links yourself, or ask your administrator to set up a mail server.
          </Trans>
        </InlineNotice>
      ) : (
        <p className={styles["about"]}>
          <Trans>Your administrator sets these for the whole installation with SMTP_URL and MAIL_FROM.</Trans>
        </p>
      )}
    </>
  );
}

/** Sends a test email to the user and shows the mail server's response. */
function TestEmail() {
  const { t } = useLingui();
  const api = useApi();
  const problemSentence = useProblemSentence();
  const test = useMutation({
    mutationFn: () => api("POST /organizations/:organizationId/mail/test"),
  });
  const problem = test.error === null ? null : problemSentence(test.error);
  return (
    <div className={styles["test"]}>
      <Button
        icon={<MailIcon />}
        pending={test.isPending}
        onClick={() => (test.isPending ? undefined : test.mutate())}
      >
        <Trans>Send me a test e-mail</Trans>
      </Button>
      <div role="status">
        {test.isPending ? <p className={styles["about"]}>{t`Waiting for the mail server…`}</p> : null}
        {test.data === undefined || test.isPending ? null : <Outcome test={test.data} />}
        {problem === null || test.isPending ? null : <InlineNotice tone="bad">{problem}</InlineNotice>}
      </div>
    </div>
  );
}

function Outcome({ test: { status, to, reason } }: { readonly test: MailTest }) {
  const { i18n } = useLingui();
  const why = formatEmailFailure(reason ?? "", i18n);
  switch (status) {
    case "sent":
      return (
        <InlineNotice>
          <Trans>The mail server accepted the e-mail to {to}. Check your inbox and spam folder.</Trans>
        </InlineNotice>
      );
    case "written":
      return (
        <InlineNotice tone="warn">
          <Trans>No mail server is set up. The e-mail to {to} was saved to a file.</Trans>
        </InlineNotice>
      );
    case "rejected":
      return (
        <InlineNotice tone="bad">
          <Trans>
            The mail server rejected the e-mail to {to}: {why}
          </Trans>
        </InlineNotice>
      );
    case "unavailable":
      return (
        <InlineNotice tone="bad">
          <Trans>The e-mail to {to} could not be delivered.</Trans> {why}{" "}
          <Trans>Ask your administrator to run “gatehouse doctor”, which says what to change.</Trans>
        </InlineNotice>
      );
  }
}
