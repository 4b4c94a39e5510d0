import { Trans, useLingui } from "@lingui/react/macro";
import { Navigate } from "@tanstack/react-router";
import { usePageTitle } from "../../app/navigation/use-page-title.ts";
import { useCan, useOrganization } from "../../app/session/session.tsx";
import { PageHeader } from "../../ui/page.tsx";
import { EmptyState } from "../../ui/states.tsx";

/** The first page after sign-in: the users, or for those who manage nobody what they are here. */
export function StartPage() {
  return useCan("users:view") ? <Navigate to="/users" replace /> : <NothingToManage />;
}

function NothingToManage() {
  const { i18n } = useLingui();
  const { name, roles } = useOrganization();
  const names = new Intl.ListFormat(i18n.locale, { type: "conjunction" }).format(
    roles.map((role) => role.name),
  );
  usePageTitle(name);
  return (
    <>
      <PageHeader title={name} />
      {roles.length === 0 ? (
        <EmptyState hasArt title={<Trans>You have no role here yet</Trans>}>
          <Trans>
            You belong to {name}, but nobody has given you a role. Ask whoever manages access there for one.
          </Trans>
        </EmptyState>
      ) : (
        <EmptyState hasArt title={<Trans>You have what you need</Trans>}>
          <Trans>
            Your roles in {name}: {names}. They count in your panel; there is nothing to manage here. If you
            miss something, ask whoever manages access.
          </Trans>
        </EmptyState>
      )}
    </>
  );
}
