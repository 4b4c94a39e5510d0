import { displayEmail, type RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Section } from "../../ui/page.tsx";
import { Person } from "../../ui/person.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import { ProblemState } from "../problem-state.tsx";
import { useApiQuery } from "../session/api.tsx";
import { useCan } from "../session/session.tsx";
import styles from "./role-holders.module.css";

/** How many people are named before the link to all of them. */
const shownCount = 8;

interface RoleHoldersProps {
  readonly role: Pick<RoleView, "id" | "name" | "userCount" | "invitationCount">;
}

/** Who holds a role: the first few by name, and the way to all of them. Nothing for those who may not see users. */
export function RoleHolders({ role }: RoleHoldersProps) {
  const { t } = useLingui();
  const mayView = useCan("users:view");
  const { id, userCount, invitationCount } = role;
  if (!mayView) return null;
  const offered = t`${plural(invitationCount, {
    one: "# invitation offers it",
    other: "# invitations offer it",
  })}`;
  return (
    <Section
      title={<Trans>Who holds this role</Trans>}
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
          <Trans>Nobody holds it at the moment.</Trans>
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
      <Skeleton>
        <ul className={styles["people"]}>
          {Array.from({ length: Math.min(userCount, shownCount) }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: bones have no other name
            <li key={index}>
              <Bone size="long" />
            </li>
          ))}
        </ul>
      </Skeleton>
    ) : (
      <ProblemState error={query.error} onRetry={() => void query.refetch()} />
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
