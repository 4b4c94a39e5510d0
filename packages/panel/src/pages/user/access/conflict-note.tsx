import { Trans, useLingui } from "@lingui/react/macro";
import { ConflictFrame } from "../../../app/conflicts/conflict-frame.tsx";
import { useLastChange } from "../../../app/conflicts/use-last-change.ts";
import { LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import type { AccessDraft, RoleRef } from "./draft.ts";

interface ConflictNoteProps {
  readonly userId: string;
  readonly draft: AccessDraft;
  readonly onKeep: (roleId: string) => void;
  readonly onRemove: (roleId: string) => void;
}

/** What somebody else saved meanwhile, and what is still to be decided. The draft stands on the newest version already. */
export function ConflictNote({ userId, draft, onKeep, onRemove }: ConflictNoteProps) {
  const { i18n } = useLingui();
  const { conflict } = draft;
  if (conflict === null) return null;
  const list = (roles: readonly RoleRef[]) =>
    new Intl.ListFormat(i18n.locale).format(roles.map((role) => role.name));
  const [given, taken] = [list(conflict.theyAdded), list(conflict.theyRemoved)];
  const already = list([...conflict.alreadyAdded, ...conflict.alreadyRemoved]);
  const gone = list(conflict.gone);
  return (
    <ConflictFrame>
      <p>
        {given + taken + already === "" ? null : <WhoWasFaster userId={userId} />}{" "}
        {given === "" ? null : <Trans>Added: {given}.</Trans>}{" "}
        {taken === "" ? null : <Trans>Removed: {taken}.</Trans>}{" "}
        {already === "" ? null : <Trans>Already as you wanted: {already}.</Trans>}{" "}
        {gone === "" ? null : <Trans>Deleted meanwhile, so no longer among your changes: {gone}.</Trans>}{" "}
        <Trans>Your changes are kept, on top of the newest version.</Trans>
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
    </ConflictFrame>
  );
}

/** "Ayşe changed … 2 minutes ago"; without a name for readers who may not see the log. */
function WhoWasFaster({ userId }: { readonly userId: string }) {
  const last = useLastChange(userId, "users.roles-changed");
  return (
    <b>
      {last === null ? (
        <Trans>Somebody else changed these roles while you were editing.</Trans>
      ) : last.by === null ? (
        <Trans>
          You changed these roles in another window <Time at={last.at} as="phrase" />.
        </Trans>
      ) : (
        <Trans>
          {last.by} changed these roles <Time at={last.at} as="phrase" />.
        </Trans>
      )}
    </b>
  );
}
