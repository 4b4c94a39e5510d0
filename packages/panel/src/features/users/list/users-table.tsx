import { displayEmail, type UserView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import {
  ActionsHeader,
  moveBetweenRows,
  openRow,
  RowCheckbox,
  SelectHeader,
  type Selection,
} from "../../../lib/lists/list-rows.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { RoleBadges, StatusBadge, UserStatusBadge } from "../../../ui/data-display/badges.tsx";
import { Highlight } from "../../../ui/data-display/highlight.tsx";
import { Person } from "../../../ui/data-display/person.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { ArrowDownIcon, ArrowUpIcon, MinusIcon } from "../../../ui/icons.tsx";
import { ListSkeleton } from "../../../ui/tables/list-skeleton.tsx";
import table from "../../../ui/tables/table.module.css";
import { VisuallyHidden } from "../../../ui/text.tsx";
import { useAccessChanges } from "../use-access-changes.tsx";
import { UserRowMenu } from "./user-row-menu.tsx";
import { nextSort, type UserSort } from "./user-search.ts";
import styles from "./users.module.css";

interface RowsProps {
  readonly users: readonly UserView[];
  readonly query: string;
  /** Null without bulk actions. */
  readonly selection: Selection | null;
}

interface UserCardsProps extends RowsProps {
  readonly isStale: boolean;
}

interface UsersTableProps extends UserCardsProps {
  readonly sort: UserSort;
  readonly onSort: (sort: UserSort) => void;
}

/** 240 px for the name, and the columns of users.module.css. */
export const usersTableWidth = 936;

/** Users as a table, where there is room. */
export function UsersTable({ users, query, isStale, selection, sort, onSort }: UsersTableProps) {
  // Rendering 50 rows is slow: they are memoized while only the surroundings change.
  const rows = useMemo(
    () => <TableRows users={users} query={query} selection={selection} />,
    [users, query, selection],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the controls inside
    <div className={table["bleed"]} onKeyDown={moveBetweenRows} onClick={openRow}>
      <table className={table["table"]} aria-busy={isStale}>
        <caption>
          <VisuallyHidden>
            <Caption sort={sort} />
          </VisuallyHidden>
        </caption>
        <TableHeader sort={sort} onSort={onSort} hasBoxes={selection !== null} selection={selection} />
        <tbody>{rows}</tbody>
      </table>
    </div>
  );
}

function TableRows({ users, query, selection }: RowsProps) {
  const changes = useAccessChanges();
  return (
    <>
      {users.map((user) => (
        <tr
          key={user.id}
          className={classNames(selection?.has(user.id) === true && table["selected"]) || undefined}
        >
          {selection === null ? null : (
            <td className={table["pick"]}>
              <UserCheckbox user={user} selection={selection} />
            </td>
          )}
          <th scope="row">
            <PersonLink user={user} query={query} />
          </th>
          <td>
            <RoleBadges roles={user.roles} of={user.name} />
          </td>
          <td>
            <UserStatusBadge status={user.status} />
          </td>
          <td>
            <TwoFactorBadge isOn={user.twoFactor} />
          </td>
          <td className={table["second"]}>
            <LastActive at={user.lastActiveAt} />
          </td>
          <td className={table["menu"]}>
            <UserRowMenu user={user} changes={changes} />
          </td>
        </tr>
      ))}
      {changes.dialog}
    </>
  );
}

/** Users as cards. */
export function UserCards({ users, query, isStale, selection }: UserCardsProps) {
  const { t } = useLingui();
  const cards = useMemo(
    () => <Cards users={users} query={query} selection={selection} />,
    [users, query, selection],
  );
  return (
    <ul
      className={table["cards"]}
      aria-label={t`Users`}
      aria-busy={isStale}
      onKeyDown={moveBetweenRows}
      onClick={openRow}
    >
      {cards}
    </ul>
  );
}

function Cards({ users, query, selection }: RowsProps) {
  const changes = useAccessChanges();
  return (
    <>
      {users.map((user) => (
        <li
          key={user.id}
          className={classNames(selection?.has(user.id) === true && table["selected"]) || undefined}
        >
          {selection === null ? (
            <PersonLink user={user} query={query} />
          ) : (
            <span className={table["picked"]}>
              <UserCheckbox user={user} selection={selection} />
              <PersonLink user={user} query={query} />
            </span>
          )}
          <UserRowMenu user={user} changes={changes} />
          <span className={classNames(table["facts"], selection !== null && styles["indented"])}>
            <RoleBadges roles={user.roles} of={user.name} />
            <span className={styles["state"]}>
              <UserStatusBadge status={user.status} />
              <TwoFactorBadge isOn={user.twoFactor} isNamed />
              <LastActive at={user.lastActiveAt} />
            </span>
          </span>
        </li>
      ))}
      {changes.dialog}
    </>
  );
}

/** Shown while the list is loading. */
export function UsersSkeleton({ hasBoxes }: { readonly hasBoxes: boolean }) {
  return (
    <ListSkeleton
      tableWidth={usersTableWidth}
      header={<TableHeader sort="name" hasBoxes={hasBoxes} />}
      cells={["medium", "short", "short", "short", null]}
      hasBoxes={hasBoxes}
      card={
        <>
          <span className={table["person"]}>
            <Skeleton size="long" />
          </span>
          <span className={table["facts"]}>
            <Skeleton />
          </span>
          <span className={table["facts"]}>
            <Skeleton size="short" />
          </span>
        </>
      }
    />
  );
}

/** The table header; without `onSort` it is a placeholder. */
function TableHeader({
  sort,
  onSort,
  hasBoxes,
  selection = null,
}: {
  readonly sort: UserSort;
  readonly onSort?: UsersTableProps["onSort"];
  readonly hasBoxes: boolean;
  readonly selection?: Selection | null;
}) {
  const { t } = useLingui();
  return (
    <thead>
      <tr>
        {hasBoxes ? <SelectHeader label={t`Select every user on this page`} selection={selection} /> : null}
        <SortHeader column="name" sort={sort} onSort={onSort}>
          <Trans>Name</Trans>
        </SortHeader>
        <th scope="col" className={styles["roles"]}>
          <Trans>Roles</Trans>
        </th>
        <th scope="col" className={styles["status"]}>
          <Trans>Status</Trans>
        </th>
        <th scope="col" className={styles["status"]}>
          <Trans>Two-factor</Trans>
        </th>
        <SortHeader column="lastActiveAt" sort={sort} onSort={onSort}>
          <Trans>Last active</Trans>
        </SortHeader>
        <ActionsHeader />
      </tr>
    </thead>
  );
}

interface SortHeaderProps {
  readonly column: "name" | "lastActiveAt";
  readonly sort: UserSort;
  readonly onSort: UsersTableProps["onSort"] | undefined;
  readonly children: ReactNode;
}

function SortHeader({ column, sort, onSort, children }: SortHeaderProps) {
  const isUp = sort === column;
  const isDown = sort === `-${column}`;
  const order = isUp ? "ascending" : isDown ? "descending" : undefined;
  return (
    <th scope="col" className={styles[column === "name" ? "name" : "active"]} aria-sort={order}>
      <button type="button" className={table["sort"]} onClick={() => onSort?.(nextSort(sort, column))}>
        {children}
        {isUp ? <ArrowUpIcon /> : isDown ? <ArrowDownIcon /> : null}
      </button>
    </th>
  );
}

function Caption({ sort }: { readonly sort: UserSort }) {
  switch (sort) {
    case "name":
      return <Trans>Users, by name from A to Z</Trans>;
    case "-name":
      return <Trans>Users, by name from Z to A</Trans>;
    case "lastActiveAt":
      return <Trans>Users, longest away first</Trans>;
    case "-lastActiveAt":
      return <Trans>Users, newest activity first</Trans>;
  }
}

function PersonLink({ user, query }: { readonly user: UserView; readonly query: string }) {
  return (
    <Link to="/users/$userId" params={{ userId: user.id }} className={table["person"]} data-row-link="">
      <Person
        name={user.name}
        accountId={user.accountId}
        shownName={<Highlight text={user.name} query={query} />}
        second={<Highlight text={displayEmail(user.email)} query={query} />}
      />
    </Link>
  );
}

function UserCheckbox({ user, selection }: { readonly user: UserView; readonly selection: Selection }) {
  const { t } = useLingui();
  const { id, name } = user;
  return <RowCheckbox id={id} label={t`Select ${name}`} selection={selection} />;
}

/** Where no heading names it, the badge does. */
function TwoFactorBadge({ isOn, isNamed = false }: { readonly isOn: boolean; readonly isNamed?: boolean }) {
  const { t } = useLingui();
  const [on, off] = isNamed ? [t`Two-factor on`, t`Two-factor off`] : [t`On`, t`Off`];
  return isOn ? <StatusBadge>{on}</StatusBadge> : <StatusBadge icon={<MinusIcon />}>{off}</StatusBadge>;
}

function LastActive({ at }: { readonly at: string | null }) {
  return at === null ? <Trans>Never</Trans> : <Time at={at} />;
}
