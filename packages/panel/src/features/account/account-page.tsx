import { Trans, useLingui } from "@lingui/react/macro";
import { LanguageChoice, ThemeChoice } from "../../app/shell/language-and-theme.tsx";
import { usePageTitle } from "../../lib/navigation/use-page-title.ts";
import { ShortcutKeys } from "../../lib/shortcuts/shortcut-list.tsx";
import { PageHeader, Section } from "../../ui/layout/page.tsx";
import styles from "./account.module.css";
import { NameForm } from "./name-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import { Sessions } from "./sessions.tsx";

/** The user's own account. Each form has its own button; choices are saved immediately. */
export function AccountPage() {
  const { t } = useLingui();
  usePageTitle(t`My account`);
  return (
    <div className={styles["page"]}>
      <PageHeader title={<Trans>My account</Trans>} />
      <NameForm />
      <PasswordForm />
      <Sessions />
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
