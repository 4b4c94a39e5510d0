import { Trans, useLingui } from "@lingui/react/macro";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { LanguageChoice, ThemeChoice } from "../../app/shell/choices.tsx";
import { ShortcutKeys } from "../../app/shortcuts/shortcut-list.tsx";
import { PageHeader, Section } from "../../ui/page.tsx";
import styles from "./account.module.css";
import { NameForm } from "./name-form.tsx";
import { PasswordForm } from "./password-form.tsx";
import { Sessions } from "./sessions.tsx";

/** Everything about oneself, on one page. Each form saves by itself; choices hold at once. */
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
          <Trans>Of the panel, wherever you sign in, and of mails to you.</Trans>
        </p>
        <LanguageChoice isLegendHidden />
      </Section>
      <Section title={<Trans>Theme</Trans>}>
        <p className={styles["lead"]}>
          <Trans>In this browser.</Trans>
        </p>
        <ThemeChoice isLegendHidden />
      </Section>
      <Section title={<Trans>Keys</Trans>}>
        <p className={styles["lead"]}>
          <Trans>These work here and now. Press ? on any page to see what works there.</Trans>
        </p>
        <div className={styles["form"]}>
          <ShortcutKeys />
        </div>
      </Section>
    </div>
  );
}
