import type { RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { ActionsHeader } from "../../../lib/lists/list-rows.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { Highlight } from "../../../ui/data-display/highlight.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { Skeleton } from "../../../ui/feedback/empty-states.tsx";
import { MenuButton, MenuItem, MenuSeparator } from "../../../ui/overlays/menu.tsx";
import { ListSkeleton } from "../../../ui/tables/list-skeleton.tsx";
import table from "../../../ui/tables/table.module.css";
import { VisuallyHidden } from "../../../ui/text.tsx";
import { useCanDeleteRole } from "../delete/delete-role-dialog.tsx";
import styles from "./roles.module.css";

interface RowsProps {
  readonly roles: readonly RoleView[];
  readonly query: string;
  /** The number of permissions of a role, implied ones included; null until the catalogue has loaded. */
  readonly countPermissions: (role: RoleView) => number | null;
  readonly onDelete: (role: RoleView) => void;
}

/** 240 px for the name, and the columns of roles.module.css. */
export const rolesTableWidth = 736;

/** Roles as a table, where there is room. */
export function RolesTable({ roles, query, countPermissions, onDelete }: RowsProps) {
  return (
    <div className={table["bleed"]}>
      <table className={table["table"]}>
        <caption>
          <VisuallyHidden>
            <Trans>Roles by name, the built-in one last</Trans>
          </VisuallyHidden>
        </caption>
        <TableHeader />
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
              <td className={styles["number"]}>{countPermissions(role)}</td>
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

/** Roles as cards. */
export function RoleCards({ roles, query, countPermissions, onDelete }: RowsProps) {
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
            <Count count={countPermissions(role)} />
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

/** Shown while the list is loading. */
export function RolesSkeleton() {
  return (
    <ListSkeleton
      tableWidth={rolesTableWidth}
      header={<TableHeader />}
      cells={["short", "short", null, null, null]}
      card={
        <span className={styles["role"]}>
          <Skeleton size="long" />
        </span>
      }
      rowCount={7}
      cardCount={7}
    />
  );
}

function TableHeader() {
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
        <ActionsHeader />
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
  return role.system ? <Trans>Built in</Trans> : <Trans>Custom role</Trans>;
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

/** Actions for one role. Only roles that the signed-in user may change can be deleted. */
function RoleMenu({ role, onDelete }: RoleMenuProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const canCreate = useCan("roles:create");
  const canDelete = useCanDeleteRole()(role);
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
      {canDelete ? <MenuSeparator /> : null}
      {canDelete ? <MenuItem isDangerous onAction={() => onDelete(role)}>{t`Delete…`}</MenuItem> : null}
    </MenuButton>
  );
}
