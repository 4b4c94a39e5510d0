import type { UserDetails } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Fragment, useEffect, useMemo, useState } from "react";
import { ProblemState } from "../../../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../../../lib/api/use-api.tsx";
import { useCatalogue } from "../../../../lib/labels/permission-catalogue.ts";
import { classNames } from "../../../../ui/class-names.ts";
import { SensitiveBadge } from "../../../../ui/data-display/badges.tsx";
import { getFirstName } from "../../../../ui/data-display/person.tsx";
import { LoadingState, Skeleton } from "../../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../../ui/forms/button.tsx";
import { SearchField } from "../../../../ui/forms/search-field.tsx";
import { ArrowLeftIcon } from "../../../../ui/icons.tsx";
import { Section } from "../../../../ui/layout/page.tsx";
import { LinkButton, VisuallyHidden } from "../../../../ui/text.tsx";
import { usePermissionHolders } from "../../permission-holders/use-permission-holders.tsx";
import styles from "../user.module.css";
import access from "./access.module.css";
import {
  findOnlyRole,
  groupBySources,
  type PermissionSource,
  type SourceCluster,
  searchGroups,
} from "./permission-sources.ts";

interface EffectivePermissionsProps {
  readonly user: UserDetails;
  readonly hasChanges: boolean;
}

/** The effective permissions of the saved roles, each with its sources. */
export function EffectivePermissions({ user, hasChanges }: EffectivePermissionsProps) {
  const { t } = useLingui();
  const [query, setQuery] = useState("");
  const held = useHeldPermissions(user.id);
  const catalogue = useCatalogue();
  const whoCan = usePermissionHolders();
  const groups = useMemo(() => {
    const items = held.data?.pages.flatMap((page) => page.items) ?? [];
    return groupBySources(catalogue.groups, items);
  }, [catalogue.groups, held.data]);
  const error = (held.isFetchNextPageError ? null : held.error) ?? catalogue.error;
  const isLoaded = held.data !== undefined && catalogue.isLoaded;
  const count = held.data?.pages[0]?.total.count ?? 0;
  const firstName = getFirstName(user.name);
  const shown = searchGroups(groups, query);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = held;
  const onlyRole = hasNextPage ? null : findOnlyRole(groups);
  // A search looks into all permissions.
  const loadsRest = query.trim() !== "" && hasNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (loadsRest && !isFetchingNextPage) void fetchNextPage();
  }, [loadsRest, isFetchingNextPage, fetchNextPage]);
  const counted = t`${plural(count, { one: "# permission", other: "# permissions" })}`;
  return (
    <Section
      title={<Trans>What {firstName} can do</Trans>}
      aside={isLoaded ? (hasChanges ? t`${counted}, as saved` : counted) : null}
      actions={
        count === 0 ? null : (
          <SearchField
            label={t`Search permissions`}
            placeholder={t`Permission or group`}
            value={query}
            onChange={setQuery}
          />
        )
      }
    >
      {error !== null ? (
        <ProblemState error={error} onRetry={() => Promise.all([held.refetch(), catalogue.refetch()])} />
      ) : !isLoaded ? (
        <LoadingState>
          <Skeleton size="long" />
          <Skeleton size="long" />
          <Skeleton size="long" />
        </LoadingState>
      ) : (
        <div className={access["paths"]}>
          {count === 0 ? null : (
            <p className={access["hint"]}>
              {onlyRole === null ? null : <Trans>All of it comes from the role {onlyRole}.</Trans>}{" "}
              <Trans>Choose a permission to see everyone who has it.</Trans>
            </p>
          )}
          {shown.map((group) => (
            <div key={group.key} className={access["group"]}>
              <h3>{group.label ?? <Trans>No longer in the catalogue</Trans>}</h3>
              <ul>
                {group.clusters.map((cluster) => (
                  <Cluster
                    key={cluster.permissions[0]?.permission}
                    cluster={cluster}
                    hasRoles={onlyRole === null}
                    onAsk={whoCan.show}
                  />
                ))}
              </ul>
            </div>
          ))}
          {shown.length === 0 && !loadsRest ? (
            <p className={styles["empty"]} role="status">
              {count === 0 ? (
                <Trans>Nothing. Add a role to change that.</Trans>
              ) : (
                <Trans>No permission matches {query}.</Trans>
              )}
            </p>
          ) : null}
          {isFetchNextPageError ? (
            <ProblemState error={held.error} onRetry={() => fetchNextPage()} />
          ) : hasNextPage ? (
            <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              <Trans>Show more permissions</Trans>
            </Button>
          ) : null}
        </div>
      )}
      {whoCan.dialog}
    </Section>
  );
}

const route = "GET /organizations/:organizationId/users/:userId/permissions";

/** The permissions with their sources, page by page: with many roles, one page doesn't have all. */
function useHeldPermissions(userId: string) {
  const api = useApi();
  const key = useApiKey();
  const params = { userId };
  return useInfiniteQuery({
    queryKey: [...key(route, { params }), "all"],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(route, { params, query: pageParam === "" ? {} : { cursor: pageParam }, signal }),
    getNextPageParam: (page) => page.nextCursor,
  });
}

interface ClusterProps {
  readonly cluster: SourceCluster;
  /** False where every permission comes from the same role, which is named once. */
  readonly hasRoles: boolean;
  readonly onAsk: ((permission: string) => void) | null;
}

/** Permissions with the same sources; each opens the list of users who have it. */
function Cluster({ cluster, hasRoles, onAsk }: ClusterProps) {
  const sources = hasRoles
    ? cluster.sources
    : cluster.sources.filter(({ isDirect, impliedBy }) => !isDirect || impliedBy.length > 0);
  return (
    <li className={classNames(sources.length === 0 && access["whole"]) || undefined}>
      <span className={access["held"]}>
        {cluster.permissions.map(({ permission, label, group, sensitive }) => (
          <span key={permission}>
            {onAsk === null ? (
              label
            ) : (
              <LinkButton variant="quiet" className={access["name"]} onClick={() => onAsk(permission)}>
                {label}
                <VisuallyHidden>
                  {" "}
                  <Trans>({group}): who can do this?</Trans>
                </VisuallyHidden>
              </LinkButton>
            )}
            {sensitive ? (
              <>
                {" "}
                <SensitiveBadge />
              </>
            ) : null}
          </span>
        ))}
      </span>
      {sources.length === 0 ? null : (
        <span className={access["ways"]}>
          {sources.map((path) => (
            <SourceLine key={path.roleId} path={path} hasRole={hasRoles} />
          ))}
        </span>
      )}
    </li>
  );
}

interface SourceLineProps {
  readonly path: PermissionSource;
  readonly hasRole: boolean;
}

/** "← implied by Edit ← Marketer". Who gave the role, and until when, is in the table of roles. */
function SourceLine({ path: { roleName, isDirect, impliedBy }, hasRole }: SourceLineProps) {
  const { i18n } = useLingui();
  const sources = new Intl.ListFormat(i18n.locale).format(impliedBy);
  const steps = [
    ...(isDirect ? [] : [<Trans key="implied">implied by {sources}</Trans>]),
    ...(hasRole ? [<Fragment key="role">{roleName}</Fragment>] : []),
  ];
  return (
    <span className={access["way"]}>
      {steps.map((step) => (
        <span key={step.key}>
          <ArrowLeftIcon />
          {step}
        </span>
      ))}
      {isDirect && sources !== "" ? (
        <small>
          <Trans>also implied by {sources}</Trans>
        </small>
      ) : null}
    </span>
  );
}
