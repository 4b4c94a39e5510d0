import { Trans, useLingui } from "@lingui/react/macro";
import { ConflictNote } from "../../../../lib/edit-conflict.tsx";
import { Time } from "../../../../ui/data-display/time.tsx";
import { LinkButton } from "../../../../ui/text.tsx";
import type { AccessDraft, RoleRef } from "./access-draft.ts";

interface AccessConflictNoteProps {
  readonly userId: string;
  readonly draft: AccessDraft;
  readonly onKeep: (roleId: string) => void;
  readonly onRemove: (roleId: string) => void;
}

/** What another user saved in the meantime, and contested roles. The draft is already rebased. */
export function AccessConflictNote({ userId, draft, onKeep, onRemove }: AccessConflictNoteProps) {
  const { i18n } = useLingui();
  const { conflict } = draft;
  if (conflict === null) return null;
  const list = (roles: readonly RoleRef[]) =>
    new Intl.ListFormat(i18n.locale).format(roles.map((role) => role.name));
  const [given, taken] = [list(conflict.theyAdded), list(conflict.theyRemoved)];
  const already = list([...conflict.alreadyAdded, ...conflict.alreadyRemoved]);
  const gone = list(conflict.deleted);
  return (
    <ConflictNote
      changedBy={
        given + taken + already === ""
          ? null
          : {
              target: userId,
              action: "users.roles-changed",
              byUnknown: <Trans>Someone else changed these roles while you were editing.</Trans>,
              bySelf: (at) => (
                <Trans>
                  You changed these roles in another window <Time at={at} as="phrase" />.
                </Trans>
              ),
              byOther: (name, at) => (
                <Trans>
                  {name} changed these roles <Time at={at} as="phrase" />.
                </Trans>
              ),
            }
      }
      summary={
        <>
          {given === "" ? null : <Trans>Added: {given}.</Trans>}{" "}
          {taken === "" ? null : <Trans>Removed: {taken}.</Trans>}{" "}
          {already === "" ? null : <Trans>Already applied: {already}.</Trans>}{" "}
          {gone === "" ? null : <Trans>Deleted in the meantime and removed from your changes: {gone}.</Trans>}
        </>
      }
    >
      {conflict.contested.map((role) => (
        <p key={role.id}>
          <Trans>{role.name} was given again. Remove it anyway?</Trans>{" "}
          <LinkButton onClick={() => onRemove(role.id)}>
            <Trans>Remove {role.name}</Trans>
          </LinkButton>{" "}
          <LinkButton onClick={() => onKeep(role.id)}>
            <Trans>Keep {role.name}</Trans>
          </LinkButton>
        </p>
      ))}
    </ConflictNote>
  );
}
