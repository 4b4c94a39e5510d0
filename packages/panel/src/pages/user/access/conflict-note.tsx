import { Trans, useLingui } from "@lingui/react/macro";
import { WarningIcon } from "../../../ui/icons.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import styles from "../user.module.css";
import type { AccessDraft, RoleRef } from "./draft.ts";

interface ConflictNoteProps {
  readonly draft: AccessDraft;
  readonly onKeep: (roleId: string) => void;
  readonly onRemove: (roleId: string) => void;
}

/** What somebody else saved meanwhile, and what is still to be decided. The draft stands on the newest version already. */
export function ConflictNote({ draft: { conflict }, onKeep, onRemove }: ConflictNoteProps) {
  const { i18n } = useLingui();
  if (conflict === null) return null;
  const list = (roles: readonly RoleRef[]) =>
    new Intl.ListFormat(i18n.locale).format(roles.map((role) => role.name));
  const [given, taken] = [list(conflict.theyAdded), list(conflict.theyRemoved)];
  const already = list([...conflict.alreadyAdded, ...conflict.alreadyRemoved]);
  return (
    <div className={styles["conflict"]} role="alert">
      <WarningIcon />
      <div>
        <p>
          <b>
            <Trans>Somebody else changed these roles while you were editing.</Trans>
          </b>{" "}
          {given === "" ? null : <Trans>Added: {given}.</Trans>}{" "}
          {taken === "" ? null : <Trans>Removed: {taken}.</Trans>}{" "}
          {already === "" ? null : <Trans>Already as you wanted: {already}.</Trans>}{" "}
          <Trans>Your changes below stand on the newest version.</Trans>
        </p>
        {conflict.contested.map((role) => (
          <p key={role.id}>
            <Trans>{role.name} was given anew. Remove it all the same?</Trans>{" "}
            <LinkButton onClick={() => onRemove(role.id)}>
              <Trans>Remove {role.name}</Trans>
            </LinkButton>{" "}
            <LinkButton onClick={() => onKeep(role.id)}>
              <Trans>Keep {role.name}</Trans>
            </LinkButton>
          </p>
        ))}
      </div>
    </div>
  );
}
