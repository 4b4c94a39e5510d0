import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { formatActor } from "../../../../lib/labels/event-labels.ts";
import { classNames } from "../../../../ui/class-names.ts";
import { ChangeBadge } from "../../../../ui/data-display/badges.tsx";
import { Time } from "../../../../ui/data-display/time.tsx";
import { useHasRoom } from "../../../../ui/layout/page.tsx";
import { LinkButton, VisuallyHidden } from "../../../../ui/text.tsx";
import styles from "../user.module.css";
import { type AccessDraft, isExtended } from "./access-draft.ts";
import { RoleEndCell, userRolesTableWidth } from "./role-end-controls.tsx";

interface UserRolesTableProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  readonly mayAssign: boolean;
  readonly onRemove: (roleId: string) => void;
  readonly onUndo: (roleId: string) => void;
  readonly onEnd: (roleId: string, expiresAt: string | null) => void;
}

/** A current or staged role. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly staged: "add" | "cut" | "move" | null;
  readonly givenBy: string;
  readonly since: ReactNode;
  /** After saving; null for no end. */
  readonly expiresAt: string | null;
  readonly isExtended: boolean;
}

/** One row for each role; staged changes are marked by colour, sign and text and can be undone. Cards without room for it. */
export function UserRolesTable({ user, draft, mayAssign, onRemove, onUndo, onEnd }: UserRolesTableProps) {
  const { t } = useLingui();
  const hasTable = useHasRoom(userRolesTableWidth);
  const rows = useRows(user, draft);
  if (rows.length === 0)
    return (
      <p className={styles["empty"]}>
        <Trans>No role yet, so this person can’t do anything here.</Trans>
      </p>
    );
  const shown = rows.map((row) => ({
    row,
    until: (
      <RoleEndCell
        role={row}
        of={user.name}
        isEditable={mayAssign && row.staged !== "cut"}
        onEnd={(expiresAt) => onEnd(row.id, expiresAt)}
      />
    ),
    change: (
      <Change
        row={row}
        mayAssign={mayAssign}
        onRemove={() => onRemove(row.id)}
        onUndo={() => onUndo(row.id)}
      />
    ),
  }));
  return hasTable ? (
    <table className={styles["roles"]}>
      <caption>
        <VisuallyHidden>
          <Trans>Roles of {user.name}</Trans>
        </VisuallyHidden>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t`Role`}</th>
          <th scope="col">{t`Given by`}</th>
          <th scope="col">{t`Since`}</th>
          <th scope="col">{t`Until`}</th>
          <th scope="col">
            <VisuallyHidden>{t`Change`}</VisuallyHidden>
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ row, until, change }) => (
          <tr key={row.id} className={classNames(row.staged !== null && styles[row.staged])}>
            <th scope="row">{row.staged === "cut" ? <s>{row.name}</s> : row.name}</th>
            <td>{row.givenBy}</td>
            <td>{row.since}</td>
            <td>{until}</td>
            <td>{change}</td>
          </tr>
        ))}
      </tbody>
    </table>
  ) : (
    <ul className={styles["cards"]} aria-label={t`Roles of ${user.name}`}>
      {shown.map(({ row, until, change }) => (
        <RoleCard key={row.id} row={row} until={until}>
          {change}
        </RoleCard>
      ))}
    </ul>
  );
}

function useRows(user: UserDetails, draft: AccessDraft): readonly Row[] {
  const { t, i18n } = useLingui();
  const removed = new Set(draft.removed.map((role) => role.id));
  const moved = new Map(draft.moved.map((role) => [role.id, role]));
  const held = user.roles.map((role) => ({
    id: role.id,
    name: role.name,
    staged: removed.has(role.id) ? ("cut" as const) : moved.has(role.id) ? ("move" as const) : null,
    givenBy: formatActor(role.grantedBy, i18n),
    since: <Time at={role.grantedAt} as="date" />,
    expiresAt: moved.get(role.id)?.expiresAt ?? (moved.has(role.id) ? null : (role.expiresAt ?? null)),
    isExtended: isExtended(draft, moved.get(role.id) ?? { ...role, expiresAt: role.expiresAt ?? null }),
  }));
  const added = draft.added.map((role) => ({
    id: role.id,
    name: role.name,
    staged: "add" as const,
    givenBy: t`You`,
    since: t`On save`,
    expiresAt: role.expiresAt,
    isExtended: false,
  }));
  return [...held, ...added];
}

interface RoleCardProps {
  readonly row: Row;
  readonly until: ReactNode;
  readonly children: ReactNode;
}

function RoleCard({ row, until, children }: RoleCardProps) {
  const { name, staged, givenBy, since } = row;
  return (
    <li className={classNames(staged !== null && styles[staged])}>
      <b>{staged === "cut" ? <s>{name}</s> : name}</b>
      <span className={styles["change"]}>{children}</span>
      <small>
        <Trans>given by {givenBy}</Trans> · {since}
      </small>
      <small>{until}</small>
    </li>
  );
}

interface ChangeProps {
  readonly row: Row;
  readonly mayAssign: boolean;
  readonly onRemove: () => void;
  readonly onUndo: () => void;
}

/** The staged change of a role, and the button to remove it or to undo. */
function Change({ row: { name, staged, isExtended }, mayAssign, onRemove, onUndo }: ChangeProps) {
  const { t } = useLingui();
  if (staged === null)
    return mayAssign ? (
      <LinkButton variant="quiet" onClick={onRemove}>
        <Trans>Remove</Trans>
        <VisuallyHidden> {name}</VisuallyHidden>
      </LinkButton>
    ) : null;
  return (
    <>
      {staged === "cut" ? (
        <ChangeBadge change="lost">{t`Will be removed`}</ChangeBadge>
      ) : staged === "move" ? (
        <ChangeBadge change={isExtended ? "gained" : "lost"}>{t`New end`}</ChangeBadge>
      ) : (
        <ChangeBadge change="gained">{t`Will be added`}</ChangeBadge>
      )}
      <LinkButton variant="quiet" onClick={onUndo}>
        {staged === "cut" ? <Trans>Keep</Trans> : <Trans>Undo</Trans>}
        <VisuallyHidden> {name}</VisuallyHidden>
      </LinkButton>
    </>
  );
}
