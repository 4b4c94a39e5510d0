import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { actorInWords } from "../../../app/words/event-words.ts";
import { classNames } from "../../../ui/class-names.ts";
import { Delta } from "../../../ui/marks.tsx";
import { Hidden, LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import { useIsNarrow } from "../../../ui/use-media-query.ts";
import styles from "../user.module.css";
import type { AccessDraft } from "./draft.ts";

interface RolesTableProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  readonly mayAssign: boolean;
  readonly onRemove: (roleId: string) => void;
  readonly onUndo: (roleId: string) => void;
}

/** A role that is held or about to be. */
interface Row {
  readonly id: string;
  readonly name: string;
  readonly staged: "add" | "cut" | null;
  readonly givenBy: string;
  readonly since: ReactNode;
  readonly until: ReactNode;
}

/** One row a role; what is staged says so in colour, sign and words, and has a way back. Cards on a phone. */
export function RolesTable({ user, draft, mayAssign, onRemove, onUndo }: RolesTableProps) {
  const { t } = useLingui();
  const isNarrow = useIsNarrow();
  const rows = useRows(user, draft);
  if (rows.length === 0)
    return (
      <p className={styles["empty"]}>
        <Trans>No role yet, so this person can do nothing here.</Trans>
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
        <Hidden>
          <Trans>Roles of {user.name}</Trans>
        </Hidden>
      </caption>
      <thead>
        <tr>
          <th scope="col">{t`Role`}</th>
          <th scope="col">{t`Given by`}</th>
          <th scope="col">{t`Since`}</th>
          <th scope="col">{t`Until`}</th>
          <th scope="col">
            <Hidden>{t`Change`}</Hidden>
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
    givenBy: actorInWords(role.grantedBy, i18n),
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

/** What will happen to the role, and the button that stages it or takes it back. */
function Change({ row: { name, staged }, mayAssign, onRemove, onUndo }: ChangeProps) {
  const { t } = useLingui();
  if (staged === null)
    return mayAssign ? (
      <LinkButton variant="quiet" onClick={onRemove}>
        <Trans>Remove</Trans>
        <Hidden> {name}</Hidden>
      </LinkButton>
    ) : null;
  return (
    <>
      {staged === "cut" ? (
        <Delta change="lost">{t`Will be removed`}</Delta>
      ) : (
        <Delta change="gained">{t`Will be added`}</Delta>
      )}
      <LinkButton variant="quiet" onClick={onUndo}>
        {staged === "cut" ? <Trans>Keep</Trans> : <Trans>Undo</Trans>}
        <Hidden> {name}</Hidden>
      </LinkButton>
    </>
  );
}
