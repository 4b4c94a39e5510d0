import type { UserDetails } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { classNames } from "../../../ui/class-names.ts";
import { Delta } from "../../../ui/marks.tsx";
import { Hidden, LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import styles from "../user.module.css";
import type { AccessDraft } from "./draft.ts";

interface RolesTableProps {
  readonly user: UserDetails;
  readonly draft: AccessDraft;
  readonly mayAssign: boolean;
  readonly onRemove: (roleId: string) => void;
  readonly onUndo: (roleId: string) => void;
}

/** One row a role; what is staged says so in colour, sign and words, and has a way back. */
export function RolesTable({ user, draft, mayAssign, onRemove, onUndo }: RolesTableProps) {
  const { t } = useLingui();
  const removed = new Set(draft.removed.map((role) => role.id));
  if (user.roles.length + draft.added.length === 0)
    return (
      <p className={styles["empty"]}>
        <Trans>No role yet, so this person can do nothing here.</Trans>
      </p>
    );
  return (
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
        {user.roles.map((role) => {
          const isRemoved = removed.has(role.id);
          return (
            <tr key={role.id} className={classNames(isRemoved && styles["cut"])}>
              <th scope="row">{isRemoved ? <s>{role.name}</s> : role.name}</th>
              <td data-label={t`Given by`}>{role.grantedBy.name}</td>
              <td data-label={t`Since`}>
                <Time at={role.grantedAt} as="date" />
              </td>
              <td data-label={role.expiresAt === undefined ? undefined : t`Until`}>
                {role.expiresAt === undefined ? t`No end` : <Time at={role.expiresAt} as="date" />}
              </td>
              <td>
                {isRemoved ? (
                  <>
                    <Delta change="lost">{t`Will be removed`}</Delta>
                    <LinkButton variant="quiet" onClick={() => onUndo(role.id)}>
                      <Trans>Keep</Trans>
                      <Hidden> {role.name}</Hidden>
                    </LinkButton>
                  </>
                ) : mayAssign ? (
                  <LinkButton variant="quiet" onClick={() => onRemove(role.id)}>
                    <Trans>Remove</Trans>
                    <Hidden> {role.name}</Hidden>
                  </LinkButton>
                ) : null}
              </td>
            </tr>
          );
        })}
        {draft.added.map((role) => (
          <tr key={role.id} className={styles["add"]}>
            <th scope="row">{role.name}</th>
            <td data-label={t`Given by`}>{t`You`}</td>
            <td>{t`On save`}</td>
            <td>{t`No end`}</td>
            <td>
              <Delta change="gained">{t`Will be added`}</Delta>
              <LinkButton variant="quiet" onClick={() => onUndo(role.id)}>
                <Trans>Undo</Trans>
                <Hidden> {role.name}</Hidden>
              </LinkButton>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
