import { type CatalogueGroup, foldText } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { indexPermissionLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { ListSearchField } from "../../../lib/lists/list-search.tsx";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { RequirePermission } from "../../../lib/session/session.tsx";
import { SensitiveBadge } from "../../../ui/data-display/badges.tsx";
import { Highlight } from "../../../ui/data-display/highlight.tsx";
import { EmptyState, LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { SearchField } from "../../../ui/forms/search-field.tsx";
import { ChevronLeftIcon } from "../../../ui/icons.tsx";
import { Bar, backClass, PageHeader, useIsNarrow } from "../../../ui/layout/page.tsx";
import { Holders, PermissionTitle } from "./holders.tsx";
import styles from "./who-can.module.css";

const route = getRouteApi("/shell/who-can");

/** Answers who has a permission: choose one, and search the people who have it. */
export function WhoCanPage() {
  const { t } = useLingui();
  usePageTitle(t`Who can…`);
  return (
    <RequirePermission permission="users:view" name={t`View users`}>
      <WhoCan />
    </RequirePermission>
  );
}

function WhoCan() {
  const { permission } = route.useSearch();
  const { groups, isLoaded, error, refetch } = useCatalogue();
  const isNarrow = useIsNarrow();
  const isChosen = permission !== undefined;
  return (
    <>
      {isNarrow && isChosen ? (
        <Link to="/who-can" search={{}} className={backClass()}>
          <ChevronLeftIcon />
          <Trans>All permissions</Trans>
        </Link>
      ) : null}
      <PageHeader title={<Trans>Who can…</Trans>} />
      {error !== null ? (
        <ProblemState error={error} onRetry={() => refetch()} />
      ) : isLoaded ? (
        <div className={styles["columns"]}>
          {isNarrow && isChosen ? null : <PermissionChoice groups={groups} chosen={permission} />}
          {isChosen ? (
            <Answer permission={permission} groups={groups} />
          ) : isNarrow ? null : (
            <EmptyState title={<Trans>Choose a permission</Trans>}>
              <Trans>You see everyone who has it, and from which role.</Trans>
            </EmptyState>
          )}
        </div>
      ) : (
        <LoadingState>
          <Skeleton size="long" />
          <Skeleton size="long" />
          <Skeleton size="long" />
        </LoadingState>
      )}
    </>
  );
}

interface PermissionChoiceProps {
  readonly groups: readonly CatalogueGroup[];
  readonly chosen: string | undefined;
}

/** All permissions by group, as links, with a search. */
function PermissionChoice({ groups, chosen }: PermissionChoiceProps) {
  const { t } = useLingui();
  const [query, setQuery] = useState("");
  const found = findPermissions(groups, query);
  return (
    <nav className={styles["choice"]} aria-label={t`Permissions`}>
      <SearchField
        label={t`Search permissions`}
        placeholder={t`Permission or group`}
        value={query}
        onChange={setQuery}
      />
      {found.length === 0 ? (
        <p className={styles["second"]} role="status">
          <Trans>No permission matches {query}.</Trans>
        </p>
      ) : null}
      <div className={styles["groups"]}>
        {found.map(({ key, label, actions }) => (
          <section key={key} aria-labelledby={`group-${key}`}>
            <h2 id={`group-${key}`}>
              <Highlight text={label} query={query} />
            </h2>
            <ul>
              {actions.map((action) => (
                <li key={action.permission}>
                  <Link
                    to="/who-can"
                    search={{ permission: action.permission }}
                    aria-current={action.permission === chosen ? "page" : undefined}
                  >
                    <Highlight text={action.label} query={query} />
                    {action.sensitive ? <SensitiveBadge /> : null}
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
}

interface AnswerProps {
  readonly permission: string;
  readonly groups: readonly CatalogueGroup[];
}

function Answer({ permission, groups }: AnswerProps) {
  const { t } = useLingui();
  const { q = "" } = route.useSearch();
  const navigate = route.useNavigate();
  const labels = useMemo(() => indexPermissionLabels(groups), [groups]);
  if (!labels.has(permission))
    return (
      <EmptyState title={<Trans>There is no permission {permission}</Trans>}>
        <Trans>It may have been removed from the catalogue. Choose another one.</Trans>
      </EmptyState>
    );
  return (
    <section className={styles["answer"]} aria-label={t`Who can do this?`}>
      <PermissionTitle permission={permission} labels={labels} />
      <Bar role="search">
        <ListSearchField
          label={t`Search these people by name or e-mail`}
          placeholder={t`Name or e-mail`}
          shortcutLabel={t`Search these people`}
          searched={q}
          onSearch={(text) => void navigate({ search: { permission, q: text || undefined }, replace: true })}
          isSettled
        />
      </Bar>
      <Holders permission={permission} query={q} labels={labels} />
    </section>
  );
}

/** Groups and actions whose label, description or name contains every word of the query. */
export function findPermissions(groups: readonly CatalogueGroup[], query: string): readonly CatalogueGroup[] {
  const words = foldText(query).split(/\s+/).filter(Boolean);
  return groups
    .map((group) => ({
      ...group,
      actions: group.actions.filter(({ permission, label, description = "" }) => {
        const text = foldText(`${group.label} ${label} ${description} ${permission}`);
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ actions }) => actions.length > 0);
}
