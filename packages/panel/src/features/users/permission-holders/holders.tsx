/** The users with a permission, with the roles that grant it. */
import { displayEmail, type Holder } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { useApi, useApiKey } from "../../../lib/api/use-api.tsx";
import { formatRelativeTo, type PermissionLabel } from "../../../lib/labels/permission-catalogue.ts";
import { formatCount } from "../../../lib/lists/paging.ts";
import { SensitiveBadge, UserStatusBadge } from "../../../ui/data-display/badges.tsx";
import { Highlight } from "../../../ui/data-display/highlight.tsx";
import { Person } from "../../../ui/data-display/person.tsx";
import { LoadingState, Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import styles from "./holders.module.css";

const route = "GET /organizations/:organizationId/permissions/:permission/users";

interface PermissionTitleProps {
  readonly permission: string;
  readonly labels: ReadonlyMap<string, PermissionLabel>;
}

/** "Campaigns · Approve", whether it is sensitive, and its description. */
export function PermissionTitle({ permission, labels }: PermissionTitleProps) {
  const named = labels.get(permission);
  return (
    <div>
      <p className={styles["permission"]}>
        <b>{named === undefined ? permission : `${named.group} · ${named.label}`}</b>
        {named?.sensitive === true ? <SensitiveBadge /> : null}
      </p>
      {named === undefined || named.description === "" ? null : (
        <p className={styles["second"]}>{named.description}</p>
      )}
    </div>
  );
}

interface HoldersProps {
  readonly permission: string;
  /** Only users whose name or address contains these words. */
  readonly query: string;
  readonly labels: ReadonlyMap<string, PermissionLabel>;
  /** Called when a link to a user is chosen. */
  readonly onLeave?: () => void;
  /** Next to the count. */
  readonly actions?: ReactNode;
}

/** How many users have the permission, and the users page by page. */
export function Holders({ permission, query, labels, onLeave, actions }: HoldersProps) {
  const { t, i18n } = useLingui();
  const holders = useHolders(permission, query);
  const pages = holders.data?.pages;
  const total = pages?.[0]?.total;
  if (pages === undefined || total === undefined)
    return holders.error === null ? (
      <LoadingState>
        <HoldersSkeleton />
      </LoadingState>
    ) : (
      <ProblemState error={holders.error} onRetry={() => holders.refetch()} />
    );
  const items = pages.flatMap((page) => page.items);
  const counted = formatCount(total, i18n);
  return (
    <section className={styles["holders"]}>
      <h2 className={styles["title"]}>
        <span role="status">
          {total.count > 0
            ? t`${plural(total.count, { one: `${counted} person`, other: `${counted} people` })}`
            : query === ""
              ? t`Nobody at the moment`
              : t`Nobody who matches ${query}`}
        </span>
        {actions}
      </h2>
      {items.length === 0 ? (
        query === "" ? (
          <p className={styles["second"]}>
            <Trans>To change this, give someone a role with this permission.</Trans>
          </p>
        ) : null
      ) : (
        <ul>
          {items.map((holder) => (
            <HolderRow
              key={holder.user.id}
              holder={holder}
              permission={permission}
              query={query}
              labels={labels}
              {...(onLeave === undefined ? {} : { onLeave })}
            />
          ))}
        </ul>
      )}
      {holders.isFetchNextPageError ? (
        <ProblemState error={holders.error} onRetry={() => holders.fetchNextPage()} />
      ) : holders.hasNextPage ? (
        <Button pending={holders.isFetchingNextPage} onClick={() => void holders.fetchNextPage()}>
          <Trans>Show more people</Trans>
        </Button>
      ) : null}
    </section>
  );
}

interface HolderRowProps extends HoldersProps {
  readonly holder: Holder;
}

/** A user, and the roles that grant the permission. The link closes the dialog. */
function HolderRow({ holder: { user, because }, permission, query, labels, onLeave }: HolderRowProps) {
  const { i18n } = useLingui();
  return (
    <li>
      <Link to="/users/$userId" params={{ userId: user.id }} className={styles["person"]} onClick={onLeave}>
        <Person
          name={user.name}
          accountId={user.accountId}
          shownName={<Highlight text={user.name} query={query} />}
          second={<Highlight text={displayEmail(user.email)} query={query} />}
        />
      </Link>
      <span className={styles["sources"]}>
        {groupByRole(permission, because, labels).map(({ roleId, roleName, impliedBy }) => {
          const sources = new Intl.ListFormat(i18n.locale).format(impliedBy);
          return (
            <span key={roleId}>
              {roleName}
              {sources === "" ? null : (
                <small>
                  <Trans>implied by {sources}</Trans>
                </small>
              )}
            </span>
          );
        })}
        {user.status === "suspended" ? <UserStatusBadge status="suspended" /> : null}
      </span>
    </li>
  );
}

function HoldersSkeleton() {
  return (
    <div className={styles["holders"]}>
      <p>
        <Skeleton size="short" />
      </p>
      <ul>
        {["first", "second", "third"].map((row) => (
          <li key={row}>
            <span className={styles["person"]}>
              <Skeleton isAvatar /> <Skeleton />
            </span>
            <span className={styles["sources"]}>
              <Skeleton size="short" />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function useHolders(permission: string, query: string) {
  const api = useApi();
  const key = useApiKey();
  return useInfiniteQuery({
    queryKey: [...key(route), "all", permission, query],
    initialPageParam: "",
    queryFn: ({ pageParam, signal }) =>
      api(route, {
        params: { permission },
        query: {
          limit: "50",
          ...(query === "" ? {} : { query }),
          ...(pageParam === "" ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** A role that grants a permission. */
interface GrantingRole {
  readonly roleId: string;
  readonly roleName: string;
  /** Labels of the role's permissions that imply this one; empty where the role contains it directly. */
  readonly impliedBy: readonly string[];
}

/** Groups the reasons by role. A role that contains the permission directly lists no implying ones. */
export function groupByRole(
  permission: string,
  because: Holder["because"],
  labels: ReadonlyMap<string, PermissionLabel>,
): readonly GrantingRole[] {
  const byRole = Map.groupBy(because, ({ roleId }) => roleId);
  return [...byRole].map(([roleId, reasons]) => {
    const implied = reasons.flatMap(({ impliedBy }) => impliedBy ?? []);
    const isDirect = implied.length < reasons.length;
    return {
      roleId,
      roleName: reasons[0]?.roleName ?? "",
      impliedBy: isDirect ? [] : implied.map((source) => formatRelativeTo(source, permission, labels)),
    };
  });
}
