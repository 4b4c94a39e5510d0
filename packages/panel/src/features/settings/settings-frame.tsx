import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useCan } from "../../lib/session/session.tsx";
import { PageHeader } from "../../ui/layout/page.tsx";
import { Tabs, tabClass } from "../../ui/layout/tabs.tsx";

/** Heading and sub-navigation of every settings page. */
export function SettingsFrame({ children }: { readonly children: ReactNode }) {
  const { t } = useLingui();
  const canViewKeys = useCan("api-keys:view");
  return (
    <>
      <PageHeader title={<Trans>Settings</Trans>} />
      <Tabs label={t`Settings`}>
        <Link to="/settings/organization" className={tabClass()}>
          <Trans>Organization</Trans>
        </Link>
        <Link to="/settings/security" className={tabClass()}>
          <Trans>Security</Trans>
        </Link>
        <Link to="/settings/mail" className={tabClass()}>
          <Trans>E-mail</Trans>
        </Link>
        {canViewKeys ? (
          <Link to="/settings/api-keys" className={tabClass()}>
            <Trans>API keys</Trans>
          </Link>
        ) : null}
      </Tabs>
      {children}
    </>
  );
}
