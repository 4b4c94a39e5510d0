import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { formatActor } from "../../../../lib/labels/event-labels.tsx";
import { classNames } from "../../../../ui/class-names.ts";
import { ChangeBadge } from "../../../../ui/data-display/badges.tsx";
import { Time } from "../../../../ui/data-display/time.tsx";
import { useIsNarrow } from "../../../../ui/layout/page.tsx";
import { LinkButton, VisuallyHidden } from "../../../../ui/text.tsx";
import styles from "../user.module.css";
import type { AccessDraft } from "./access-draft.ts";

interface UserRolesTableProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  readonly mayAssign: boolean;
  readonly onRemove: (roleId: string) => void;
  readonly onUndo: (roleId: string) => void;
}

/** A current or staged role. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly staged: "add" | "cut" | null;
  readonly givenBy: string;
  readonly since: ReactNode;
  readonly until: ReactNode;
}

/** One row for each role; staged changes are marked by colour, sign and text and can be undone. Cards on a phone. */
export function UserRolesTable({ user, draft, mayAssign, onRemove, onUndo }: UserRolesTableProps) {
  const { t } = useLingui();
  const isNarrow = useIsNarrow();
  const rows = useRows(user, draft);
  if (rows.length === 0)
    return (
      <p className={styles["empty"]}>
        <Trans>No role yet, so this person can’t do anything here.</Trans>
      </p>
    );
  const shown = rows.map((row) => ({
    row,
    change: (
      <Change
        row={row}
        mayAssign={mayAssign}
        onRemove={() => onRemove(row.id)}
        onUndo={() => onUndo(row.id)}
      />
    ),
  }));
  return isNarrow ? (
    <ul className={styles["cards"]} aria-label={t`Roles of ${user.name}`}>
      {shown.map(({ row, change }) => (
        <RoleCard key={row.id} row={row}>
          {change}
        </RoleCard>
      ))}
    </ul>
  ) : (
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
        {shown.map(({ row, change }) => (
          <tr key={row.id} className={classNames(row.staged !== null && styles[row.staged])}>
            <th scope="row">{row.staged === "cut" ? <s>{row.name}</s> : row.name}</th>
            <td>{row.givenBy}</td>
            <td>{row.since}</td>
            <td>{row.until}</td>
            <td>{change}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useRows(user: UserDetails, draft: AccessDraft): readonly Row[] {
  const { t, i18n } = useLingui();
  const removed = new Set(draft.removed.map((role) => role.id));
  const held = user.roles.map((role) => ({
    id: role.id,
    name: role.name,
    staged: removed.has(role.id) ? ("cut" as const) : null,
    givenBy: formatActor(role.grantedBy, i18n),
    since: <Time at={role.grantedAt} as="date" />,
    until: role.expiresAt === undefined ? t`No end` : <Time at={role.expiresAt} as="date" />,
  }));
  const added = draft.added.map((role) => ({
    id: role.id,
    name: role.name,
    staged: "add" as const,
    givenBy: t`You`,
    since: t`On save`,
    until: t`No end`,
  }));
  return [...held, ...added];
}

function RoleCard({ row, children }: { readonly row: Row; readonly children: ReactNode }) {
  const { name, staged, givenBy, since, until } = row;
  return (
    <li className={classNames(staged !== null && styles[staged])}>
      <b>{staged === "cut" ? <s>{name}</s> : name}</b>
      <span className={styles["change"]}>{children}</span>
      <small>
        <Trans>given by {givenBy}</Trans> · {since} · {until}
      </small>
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
function Change({ row: { name, staged }, mayAssign, onRemove, onUndo }: ChangeProps) {
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
