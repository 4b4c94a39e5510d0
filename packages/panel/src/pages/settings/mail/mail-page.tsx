import type { MailSettings } from "@gatehouse/sdk/contract";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { usePageTitle } from "../../../app/navigation/use-page-title.ts";
import { ProblemState } from "../../../app/problem-state.tsx";
import { useApiQuery } from "../../../app/session/api.tsx";
import { PermissionGate } from "../../../app/session/permission-gate.tsx";
import { useCan } from "../../../app/session/session.tsx";
import { Section } from "../../../ui/page.tsx";
import { Reason } from "../../../ui/reason.tsx";
import { Bone, Skeleton } from "../../../ui/states.tsx";
import { SettingsFrame } from "../settings-frame.tsx";
import styles from "./mail.module.css";
import { TestMail } from "./test-mail.tsx";

/** How mail leaves, and a try of it. */
export function MailPage() {
  const { t } = useLingui();
  usePageTitle(t`Mail`);
  return (
    <PermissionGate permission="organization:view" name={t`View settings`}>
      <SettingsFrame>
        <Section title={<Trans>Mail</Trans>}>
          <LoadedMail />
        </Section>
      </SettingsFrame>
    </PermissionGate>
  );
}

function LoadedMail() {
  const query = useApiQuery("GET /organizations/:organizationId/mail", {});
  const mayTest = useCan("organization:edit");
  if (query.data === undefined)
    return query.error === null ? (
      <Skeleton>
        {["server", "sender"].map((fact) => (
          <p key={fact} className={styles["bone"]}>
            <Bone size="long" />
          </p>
        ))}
      </Skeleton>
    ) : (
      <ProblemState error={query.error} onRetry={() => void query.refetch()} />
    );
  const settings = query.data.body;
  return (
    <div className={styles["mail"]}>
      <Facts settings={settings} />
      {mayTest ? (
        <TestMail />
      ) : (
        <Reason tone="locked">
          <Trans>You don’t hold the permission to send a test mail.</Trans>
        </Reason>
      )}
    </div>
  );
}

function Facts({ settings }: { readonly settings: MailSettings }) {
  const { kind, server, isEncrypted, sender, worker, waitingJobs } = settings;
  return (
    <>
      <dl className={styles["facts"]}>
        <div>
          <dt>
            <Trans>Mail server</Trans>
          </dt>
          <dd>{kind === "smtp" ? server : <Trans>None is set</Trans>}</dd>
        </div>
        <div>
          <dt>
            <Trans context="mail">From</Trans>
          </dt>
          <dd>
            {sender.name} &lt;{sender.address}&gt;
          </dd>
        </div>
        {kind === "files" ? null : (
          <div>
            <dt>
              <Trans>Encryption</Trans>
            </dt>
            <dd>{isEncrypted ? <Trans>Always</Trans> : <Trans>Where the mail server offers it</Trans>}</dd>
          </div>
        )}
      </dl>
      {worker === "missing" ? (
        <Reason tone="warn">
          <Trans>
            No e-mail is sent at the moment: no worker is running. Ask your operator to start one with
            “gatehouse worker”.
          </Trans>{" "}
          {waitingJobs > 0 ? (
            <Plural
              value={waitingJobs}
              one="# e-mail or task is waiting."
              other="# e-mails and tasks are waiting."
            />
          ) : null}
        </Reason>
      ) : null}
      {kind === "files" ? (
        <Reason tone="warn">
          <Trans>
            Nobody gets mail: it is written into files. Copy the link of an invitation and send it yourself,
            or ask your operator to set SMTP_URL.
          </Trans>
        </Reason>
      ) : (
        <p className={styles["about"]}>
          <Trans>Your operator sets these for the whole installation, as SMTP_URL and MAIL_FROM.</Trans>
        </p>
      )}
    </>
  );
}
