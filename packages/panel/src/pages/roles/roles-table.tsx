import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCan } from "../../app/session/session.tsx";
import { Highlight } from "../../ui/highlight.tsx";
import { MenuButton, MenuItem, MenuLine } from "../../ui/menu.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import table from "../../ui/table.module.css";
import { Hidden } from "../../ui/text.tsx";
import { Time } from "../../ui/time.tsx";
import { useIsNarrow } from "../../ui/use-media-query.ts";
import styles from "./roles.module.css";

interface RowsProps {
  readonly roles: readonly RoleView[];
  readonly query: string;
  /** How many permissions a role gives, those that come along included; null until the catalogue is here. */
  readonly countOf: (role: RoleView) => number | null;
  readonly onDelete: (role: RoleView) => void;
}

/** Roles as a table, from 760 px on. */
export function RolesTable({ roles, query, countOf, onDelete }: RowsProps) {
  return (
    <div className={table["bleed"]}>
      <table className={table["table"]}>
        <caption>
          <Hidden>
            <Trans>Roles, the built-in one first, then by name</Trans>
          </Hidden>
        </caption>
        <TableHead />
        <tbody>
          {roles.map((role) => (
            <tr key={role.id}>
              <th scope="row">
                <RoleLink role={role} query={query} />
              </th>
              <td>
                <Kind role={role} />
              </td>
              <td>
                <Holders role={role} />
              </td>
              <td className={styles["number"]}>{countOf(role)}</td>
              <td className={table["second"]}>
                <Time at={role.updatedAt} />
              </td>
              <td className={table["menu"]}>
                <RoleMenu role={role} onDelete={onDelete} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Roles as cards, on phones. */
export function RoleCards({ roles, query, countOf, onDelete }: RowsProps) {
  const { t } = useLingui();
  return (
    <ul className={table["cards"]} aria-label={t`Roles`}>
      {roles.map((role) => (
        <li key={role.id}>
          <RoleLink role={role} query={query} />
          <RoleMenu role={role} onDelete={onDelete} />
          <span className={styles["facts"]}>
            <Kind role={role} />
            <Holders role={role} />
            <Count count={countOf(role)} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Count({ count }: { readonly count: number | null }) {
  const { t } = useLingui();
  if (count === null) return null;
  return <span>{t`${plural(count, { one: "# permission", other: "# permissions" })}`}</span>;
}

/** The list's geometry while it loads. */
export function RolesSkeleton() {
  const isNarrow = useIsNarrow();
  const rows = Array.from({ length: 7 }, (_, row) => row);
  return (
    <Skeleton>
      {isNarrow ? (
        <ul className={table["cards"]} aria-hidden="true">
          {rows.map((row) => (
            <li key={row}>
              <span className={styles["role"]}>
                <Bone size="long" />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <div className={table["bleed"]} aria-hidden="true" inert>
          <table className={table["table"]}>
            <TableHead />
            <tbody>
              {rows.map((row) => (
                <tr key={row}>
                  <th scope="row">
                    <Bone size="long" />
                  </th>
                  <td>
                    <Bone size="short" />
                  </td>
                  <td>
                    <Bone size="short" />
                  </td>
                  <td />
                  <td />
                  <td />
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Skeleton>
  );
}

function TableHead() {
  return (
    <thead>
      <tr>
        <th scope="col">
          <Trans>Role</Trans>
        </th>
        <th scope="col" className={styles["kind"]}>
          <Trans>Kind</Trans>
        </th>
        <th scope="col" className={styles["holders"]}>
          <Trans>Held by</Trans>
        </th>
        <th scope="col" className={styles["permissions"]}>
          <Trans>Permissions</Trans>
        </th>
        <th scope="col" className={styles["changed"]}>
          <Trans>Last changed</Trans>
        </th>
        <th scope="col" className={table["menuColumn"]}>
          <Hidden>
            <Trans>Actions</Trans>
          </Hidden>
        </th>
      </tr>
    </thead>
  );
}

function RoleLink({ role, query }: { readonly role: RoleView; readonly query: string }) {
  return (
    <Link to="/roles/$roleId" params={{ roleId: role.id }} className={styles["role"]} data-row-link="">
      <b>
        <Highlight text={role.name} query={query} />
      </b>
      {role.description === "" ? null : (
        <small>
          <Highlight text={role.description} query={query} />
        </small>
      )}
    </Link>
  );
}

function Kind({ role }: { readonly role: RoleView }) {
  return role.system ? <Trans>Built in</Trans> : <Trans>Own</Trans>;
}

function Holders({ role }: { readonly role: RoleView }) {
  const { t } = useLingui();
  const canViewUsers = useCan("users:view");
  const text = t`${plural(role.userCount, { 0: "Nobody yet", one: "# person", other: "# people" })}`;
  if (!canViewUsers || role.userCount === 0) return <span className={table["second"]}>{text}</span>;
  return (
    <Link to="/users" search={{ role: role.id }} className={styles["link"]}>
      {text}
    </Link>
  );
}

interface RoleMenuProps {
  readonly role: RoleView;
  readonly onDelete: (role: RoleView) => void;
}

/** What can be done with one role. The built-in one is never deleted, so nothing offers it. */
function RoleMenu({ role, onDelete }: RoleMenuProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const canCreate = useCan("roles:create");
  const canDelete = useCan("roles:delete") && !role.system;
  return (
    <MenuButton label={t`Actions for ${role.name}`}>
      <MenuItem onAction={() => void navigate({ to: "/roles/$roleId", params: { roleId: role.id } })}>
        {t`Open`}
      </MenuItem>
      {canCreate ? (
        <MenuItem onAction={() => void navigate({ to: "/roles/new", search: { from: role.id } })}>
          {t`Duplicate`}
        </MenuItem>
      ) : null}
      <MenuItem onAction={() => void navigate({ to: "/roles/compare", search: { a: role.id } })}>
        {t`Compare with…`}
      </MenuItem>
      {canDelete ? <MenuLine /> : null}
      {canDelete ? <MenuItem isDangerous onAction={() => onDelete(role)}>{t`Delete…`}</MenuItem> : null}
    </MenuButton>
  );
}
