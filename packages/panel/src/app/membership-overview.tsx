import { displayEmail } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useCan, useOrganization } from "../lib/session/session.tsx";
import { EmptyState } from "../ui/feedback/empty-states.tsx";
import { buttonClass } from "../ui/forms/button.tsx";

/** What a user can do in the organization: their roles and the links to its panels, or whom to ask for a role. */
export function MembershipOverview() {
  const { i18n } = useLingui();
  const { name, roles, panels } = useOrganization();
  const mayManage = useCan("users:view");
  if (roles.length === 0) return <WithoutRole />;
  const names = new Intl.ListFormat(i18n.locale, { type: "conjunction" }).format(
    roles.map((role) => role.name),
  );
  return (
    <EmptyState
      hasIllustration
      title={<Trans>You’re all set</Trans>}
      actions={
        panels.length === 0 && !mayManage ? undefined : (
          <>
            {panels.map((origin, index) => (
              <a
                key={origin}
                href={origin}
                className={buttonClass(index === 0 ? { variant: "primary" } : {})}
              >
                <Trans>Open {new URL(origin).host}</Trans>
              </a>
            ))}
            {mayManage ? (
              <Link to="/users" className={buttonClass(panels.length === 0 ? { variant: "primary" } : {})}>
                <Trans>Manage users</Trans>
              </Link>
            ) : null}
          </>
        )
      }
    >
      {mayManage ? (
        <Trans>
          Your roles in {name}: {names}.
        </Trans>
      ) : (
        <Trans>
          Your roles in {name}: {names}. They apply in your panel; there is nothing to manage here. If
          something is missing, ask an access manager.
        </Trans>
      )}
    </EmptyState>
  );
}

function WithoutRole() {
  const { name, contacts } = useOrganization();
  return (
    <EmptyState
      hasIllustration
      title={<Trans>You have no role here yet</Trans>}
      actions={contacts.map((contact) => (
        <a key={contact.email} href={`mailto:${contact.email}`} className={buttonClass({})}>
          <Trans>
            Ask {contact.name} ({displayEmail(contact.email)})
          </Trans>
        </a>
      ))}
    >
      {contacts.length === 0 ? (
        <Trans>You belong to {name}, but you have no role yet. Ask an access manager there for one.</Trans>
      ) : (
        <Trans>You belong to {name}, but you have no role yet. These people can give you one:</Trans>
      )}
    </EmptyState>
  );
}
