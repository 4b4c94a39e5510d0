import { Trans, useLingui } from "@lingui/react/macro";
import { Navigate } from "@tanstack/react-router";
import { usePageTitle } from "../lib/navigation/page-change.ts";
import { useCan, useOrganization } from "../lib/session/session.tsx";
import { EmptyState } from "../ui/feedback/empty-states.tsx";
import { PageHeader } from "../ui/layout/page.tsx";

/** The first page after sign-in: redirects to the users, or shows the roles of a user who can't view them. */
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
        <EmptyState hasIllustration title={<Trans>You have no role here yet</Trans>}>
          <Trans>You belong to {name}, but you have no role yet. Ask an access manager there for one.</Trans>
        </EmptyState>
      ) : (
        <EmptyState hasIllustration title={<Trans>You’re all set</Trans>}>
          <Trans>
            Your roles in {name}: {names}. They apply in your panel; there is nothing to manage here. If
            something is missing, ask an access manager.
          </Trans>
        </EmptyState>
      )}
    </>
  );
}
