import { displayEmail, type RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { ProblemState } from "../../lib/api/problem-text.tsx";
import { useApiQuery } from "../../lib/api/use-api.tsx";
import { useCan } from "../../lib/session/session.tsx";
import { Person } from "../../ui/data-display/person.tsx";
import { LoadingState, Skeleton } from "../../ui/feedback/empty-states.tsx";
import { Section } from "../../ui/layout/page.tsx";
import styles from "./role-holders.module.css";

/** Maximum number of users shown. */
const shownCount = 8;

interface RoleHoldersProps {
  readonly role: Pick<RoleView, "id" | "name" | "userCount" | "invitationCount">;
}

/** The first users with a role, and a link to all of them. Not rendered without the permission to view users. */
export function RoleHolders({ role }: RoleHoldersProps) {
  const { t } = useLingui();
  const canView = useCan("users:view");
  const { id, userCount, invitationCount } = role;
  if (!canView) return null;
  const offered = t`${plural(invitationCount, {
    one: "# invitation includes it",
    other: "# invitations include it",
  })}`;
  return (
    <Section
      title={<Trans>Who has this role</Trans>}
      aside={invitationCount === 0 ? undefined : offered}
      actions={
        userCount <= shownCount ? undefined : (
          <Link to="/users" search={{ role: id }} className={styles["all"] ?? ""}>
            {t`${plural(userCount, { one: "Show # person", other: "Show all # people" })}`}
          </Link>
        )
      }
    >
      {userCount === 0 ? (
        <p className={styles["nobody"]}>
          <Trans>Nobody has this role at the moment.</Trans>
        </p>
      ) : (
        <People role={role} />
      )}
    </Section>
  );
}

function People({ role: { id, name, userCount } }: RoleHoldersProps) {
  const { t } = useLingui();
  const query = useApiQuery("GET /organizations/:organizationId/users", {
    query: { role: id, limit: String(shownCount) },
  });
  if (query.data === undefined)
    return query.error === null ? (
      <LoadingState>
        <ul className={styles["people"]}>
          {Array.from({ length: Math.min(userCount, shownCount) }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: skeletons have no id
            <li key={index}>
              <Skeleton size="long" />
            </li>
          ))}
        </ul>
      </LoadingState>
    ) : (
      <ProblemState error={query.error} onRetry={() => query.refetch()} />
    );
  return (
    <ul className={styles["people"]} aria-label={t`People with the role ${name}`}>
      {query.data.body.items.map((user) => (
        <li key={user.id}>
          <Link to="/users/$userId" params={{ userId: user.id }} className={styles["person"] ?? ""}>
            <Person name={user.name} accountId={user.accountId} second={displayEmail(user.email)} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
