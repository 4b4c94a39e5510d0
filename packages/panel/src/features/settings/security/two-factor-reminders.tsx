/** How many people have no second factor, and a reminder for all of them. */
import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ProblemNotice } from "../../../lib/api/problem-text.tsx";
import { useApi, useApiQuery } from "../../../lib/api/use-api.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { MailIcon } from "../../../ui/icons.tsx";
import { Section } from "../../../ui/layout/page.tsx";
import { linkClass } from "../../../ui/text.tsx";
import styles from "../organization/organization.module.css";

/** Links to the people without a second factor; nothing without permission to view users. */
export function TwoFactorReminders() {
  const mayView = useCan("users:view");
  const mayRemind = useCan("users:reset-credentials");
  const query = useApiQuery(
    "GET /organizations/:organizationId/users",
    { query: { twoFactor: "false", status: "active", limit: "1" } },
    { enabled: mayView },
  );
  const total = query.data?.body.total;
  if (total === undefined) return null;
  const { count } = total;
  return (
    <Section title={<Trans>Two-factor authentication</Trans>}>
      <div className={styles["form"]}>
        {count === 0 ? (
          <p>
            <Trans>Every active user has a second factor.</Trans>
          </p>
        ) : (
          <p>
            <Link to="/users" search={{ status: "active", twoFactor: "false" }} className={linkClass()}>
              <Plural
                value={count}
                one="# active user has no second factor"
                other="# active users have no second factor"
              />
            </Link>
          </p>
        )}
        {mayRemind && count > 0 ? <RemindButton /> : null}
      </div>
    </Section>
  );
}

function RemindButton() {
  const { t } = useLingui();
  const api = useApi();
  const say = useStatusMessage();
  const reminding = useMutation({
    mutationFn: () => api("POST /organizations/:organizationId/two-factor-reminders"),
    onSuccess: ({ count }) =>
      say({
        text:
          count === 0
            ? t`All of them were reminded within the last day`
            : t`${plural(count, { one: "# reminder is on its way", other: "# reminders are on their way" })}`,
      }),
  });
  return (
    <>
      <div>
        <Button
          icon={<MailIcon />}
          pending={reminding.isPending}
          onClick={() => (reminding.isPending ? undefined : reminding.mutate())}
        >
          <Trans>Remind them by e-mail</Trans>
        </Button>
      </div>
      <ProblemNotice error={reminding.error} />
    </>
  );
}
