import type { UserSession } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { LanguageChoice, ThemeChoice } from "../../app/shell/language-and-theme.tsx";
import { ProblemState, useProblemSentence } from "../../lib/api/problem-text.tsx";
import { useApi, useApiKey, useApiQuery } from "../../lib/api/use-api.tsx";
import { usePageTitle } from "../../lib/navigation/page-change.ts";
import { ShortcutKeys } from "../../lib/shortcuts/shortcut-list.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";
import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { PageHeader, Section } from "../../ui/layout/page.tsx";
import { SessionList } from "../auth/sessions/session-list.tsx";
import styles from "./account.module.css";
import { NameForm, PasswordForm } from "./account-forms.tsx";
import { EmailForm } from "./email-form.tsx";
import { SecuritySections } from "./security/security-sections.tsx";
import { SignIns } from "./sign-ins.tsx";

/** The user's own account. Each form has its own button; choices are saved immediately. */
export function AccountPage() {
  const { t } = useLingui();
  usePageTitle(t`My account`);
  return (
    <div className={styles["page"]}>
      <PageHeader title={<Trans>My account</Trans>} />
      <NameForm />
      <EmailForm />
      <PasswordForm />
      <SecuritySections />
      <Sessions />
      <SignIns />
      <Section title={<Trans>Language</Trans>}>
        <p className={styles["lead"]}>
          <Trans>Used in the panel on all your devices and in e-mails to you.</Trans>
        </p>
        <LanguageChoice isLegendHidden />
      </Section>
      <Section title={<Trans>Theme</Trans>}>
        <p className={styles["lead"]}>
          <Trans>For this browser only.</Trans>
        </p>
        <ThemeChoice isLegendHidden />
      </Section>
      <Section title={<Trans>Keyboard shortcuts</Trans>}>
        <p className={styles["lead"]}>
          <Trans>These shortcuts work on this page. Press ? on any page to see its shortcuts.</Trans>
        </p>
        <div className={styles["form"]}>
          <ShortcutKeys />
        </div>
      </Section>
    </div>
  );
}

/** The user's own sessions; others can be ended one by one or together. */
function Sessions() {
  const { t } = useLingui();
  const sessions = useApiQuery("GET /me/sessions", {});
  const end = useEndOwnSessions();
  const items = sessions.data?.body.items;
  return (
    <Section
      title={<Trans>Sessions</Trans>}
      actions={
        items !== undefined && items.length > 1 ? (
          <Button pending={end.isPending && end.variables === null} onClick={() => end.mutate(null)}>
            <Trans>Sign out other sessions</Trans>
          </Button>
        ) : null
      }
    >
      {items !== undefined ? (
        <SessionList label={t`Your sessions`} sessions={items} onEnd={(session) => end.mutate(session)} />
      ) : sessions.error === null ? (
        <LoadingState>
          <Skeleton size="long" />
        </LoadingState>
      ) : (
        <ProblemState error={sessions.error} onRetry={() => sessions.refetch()} />
      )}
    </Section>
  );
}

/** Ends one of the user's sessions, or all others with null. */
function useEndOwnSessions() {
  const { t } = useLingui();
  const api = useApi();
  const key = useApiKey();
  const client = useQueryClient();
  const say = useStatusMessage();
  const problemSentence = useProblemSentence();
  return useMutation({
    async mutationFn(session: UserSession | null) {
      if (session === null) await api("DELETE /me/sessions");
      else await api("DELETE /me/sessions/:sessionId", { params: { sessionId: session.id } });
    },
    async onSuccess(_, session) {
      document.querySelector<HTMLElement>("[data-page-heading]")?.focus();
      say({ text: session === null ? t`Your other sessions are signed out` : t`The session has ended` });
      await client.invalidateQueries({ queryKey: key("GET /me/sessions") });
    },
    onError(error) {
      say({ tone: "bad", text: problemSentence(error) });
    },
  });
}
