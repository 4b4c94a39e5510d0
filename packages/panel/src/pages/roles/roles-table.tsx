import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCan } from "../../app/session/session.tsx";
import { Highlight } from "../../ui/highlight.tsx";
import { MenuButton, MenuItem } from "../../ui/menu.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import table from "../../ui/table.module.css";
import { Hidden } from "../../ui/text.tsx";
import { Time } from "../../ui/time.tsx";
import { useIsNarrow } from "../../ui/use-media-query.ts";
import styles from "./roles.module.css";

interface RowsProps {
  readonly roles: readonly RoleView[];
  readonly query: string;
}

/** Roles as a table, from 760 px on. */
export function RolesTable({ roles, query }: RowsProps) {
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
              <td className={styles["number"]}>{role.permissions.length}</td>
              <td className={table["second"]}>
                <Time at={role.updatedAt} />
              </td>
              <td className={table["menu"]}>
                <RoleMenu role={role} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Roles as cards, on phones. */
export function RoleCards({ roles, query }: RowsProps) {
  const { t } = useLingui();
  return (
    <ul className={table["cards"]} aria-label={t`Roles`}>
      {roles.map((role) => (
        <li key={role.id}>
          <RoleLink role={role} query={query} />
          <RoleMenu role={role} />
          <span className={styles["facts"]}>
            <Kind role={role} />
            <Holders role={role} />
            <span>
              {t`${plural(role.permissions.length, { one: "# permission", other: "# permissions" })}`}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
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

function RoleMenu({ role }: { readonly role: RoleView }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const canCreate = useCan("roles:create");
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
    </MenuButton>
  );
}
