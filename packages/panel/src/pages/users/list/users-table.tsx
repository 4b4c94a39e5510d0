import { displayEmail, type UserView } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useMemo } from "react";
import { PageBox, RowBox } from "../../../app/lists/row-boxes.tsx";
import { moveBetweenRows } from "../../../app/lists/row-keys.ts";
import type { Selection } from "../../../app/lists/use-selection.ts";
import { useAccessChanges } from "../../../app/users/use-access-changes.tsx";
import { classNames } from "../../../ui/class-names.ts";
import { Highlight } from "../../../ui/highlight.tsx";
import { ArrowDownIcon, ArrowUpIcon } from "../../../ui/icons.tsx";
import { Roles, UserStatusMark } from "../../../ui/marks.tsx";
import { Person } from "../../../ui/person.tsx";
import table from "../../../ui/table.module.css";
import { Hidden } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import { nextSort, type UserSort } from "./list-search.ts";
import { RowMenu } from "./row-menu.tsx";
import styles from "./users.module.css";

interface RowsProps {
  readonly users: readonly UserView[];
  readonly query: string;
  /** Null where nothing can be done with several. */
  readonly selection: Selection | null;
}

interface UserCardsProps extends RowsProps {
  readonly isStale: boolean;
}

interface UsersTableProps extends UserCardsProps {
  readonly sort: UserSort;
  readonly onSort: (sort: UserSort) => void;
}

/** Users as a table, from 760 px on. */
export function UsersTable({ users, query, isStale, selection, sort, onSort }: UsersTableProps) {
  // Fifty rows are much to draw: they are left as they are while only something around them changes.
  const rows = useMemo(
    () => <TableRows users={users} query={query} selection={selection} />,
    [users, query, selection],
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys are an addition to the controls inside
    <div className={table["bleed"]} onKeyDown={moveBetweenRows}>
      <table className={table["table"]} aria-busy={isStale}>
        <caption>
          <Hidden>
            <Caption sort={sort} />
          </Hidden>
        </caption>
        <TableHead sort={sort} onSort={onSort} hasBoxes={selection !== null} selection={selection} />
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
              <UserBox user={user} selection={selection} />
            </td>
          )}
          <th scope="row">
            <PersonLink user={user} query={query} />
          </th>
          <td>
            <Roles roles={user.roles} of={user.name} />
          </td>
          <td>
            <UserStatusMark status={user.status} />
          </td>
          <td className={table["second"]}>
            <LastActive at={user.lastActiveAt} />
          </td>
          <td className={table["menu"]}>
            <RowMenu user={user} changes={changes} />
          </td>
        </tr>
      ))}
      {changes.dialog}
    </>
  );
}

/** Users as cards, on phones. */
export function UserCards({ users, query, isStale, selection }: UserCardsProps) {
  const { t } = useLingui();
  const cards = useMemo(
    () => <Cards users={users} query={query} selection={selection} />,
    [users, query, selection],
  );
  return (
    <ul className={table["cards"]} aria-label={t`Users`} aria-busy={isStale} onKeyDown={moveBetweenRows}>
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
              <UserBox user={user} selection={selection} />
              <PersonLink user={user} query={query} />
            </span>
          )}
          <RowMenu user={user} changes={changes} />
          {user.roles.length === 0 ? null : (
            <span className={classNames(table["facts"], selection !== null && styles["indented"])}>
              <Roles roles={user.roles} of={user.name} />
            </span>
          )}
          <span className={classNames(table["facts"], selection !== null && styles["indented"])}>
            <UserStatusMark status={user.status} />
            <LastActive at={user.lastActiveAt} />
          </span>
        </li>
      ))}
      {changes.dialog}
    </>
  );
}

/** The heads of the table; without `onSort` they only hold their place. */
export function TableHead({
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
        {hasBoxes ? (
          <th scope="col" className={table["pick"]}>
            <Hidden>
              <Trans>Selection</Trans>
            </Hidden>
            {selection === null ? null : (
              <PageBox label={t`Select every user on this page`} selection={selection} />
            )}
          </th>
        ) : null}
        <SortHead column="name" sort={sort} onSort={onSort}>
          <Trans>Name</Trans>
        </SortHead>
        <th scope="col" className={styles["roles"]}>
          <Trans>Roles</Trans>
        </th>
        <th scope="col" className={styles["status"]}>
          <Trans>Status</Trans>
        </th>
        <SortHead column="lastActiveAt" sort={sort} onSort={onSort}>
          <Trans>Last active</Trans>
        </SortHead>
        <th scope="col" className={table["menuColumn"]}>
          <Hidden>
            <Trans>Actions</Trans>
          </Hidden>
        </th>
      </tr>
    </thead>
  );
}

interface SortHeadProps {
  readonly column: "name" | "lastActiveAt";
  readonly sort: UserSort;
  readonly onSort: UsersTableProps["onSort"] | undefined;
  readonly children: ReactNode;
}

function SortHead({ column, sort, onSort, children }: SortHeadProps) {
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

function UserBox({ user, selection }: { readonly user: UserView; readonly selection: Selection }) {
  const { t } = useLingui();
  const { id, name } = user;
  return <RowBox id={id} label={t`Select ${name}`} selection={selection} />;
}

function LastActive({ at }: { readonly at: string | null }) {
  return at === null ? <Trans>Never</Trans> : <Time at={at} />;
}
