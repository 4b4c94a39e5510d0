import { Trans, useLingui } from "@lingui/react/macro";
import { useApiQuery } from "../../../app/session/api.tsx";
import { useCan, useOrganization } from "../../../app/session/session.tsx";
import { actorInWords } from "../../../app/words/event-words.ts";
import { WarningIcon } from "../../../ui/icons.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { Time } from "../../../ui/time.tsx";
import styles from "../user.module.css";
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
    <div className={styles["conflict"]} role="alert">
      <WarningIcon />
      <div>
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
      </div>
    </div>
  );
}

/** "Ayşe changed these roles 2 minutes ago"; without a name for readers who may not see the log. */
function WhoWasFaster({ userId }: { readonly userId: string }) {
  const { i18n } = useLingui();
  const mayAsk = useCan("audit:view");
  const own = useOrganization();
  const events = useApiQuery(
    "GET /organizations/:organizationId/audit-events",
    { query: { target: userId, action: "users.roles-changed", limit: "1" } },
    { enabled: mayAsk },
  );
  const event = events.data?.body.items[0];
  return (
    <b>
      {event === undefined ? (
        <Trans>Somebody else changed these roles while you were editing.</Trans>
      ) : event.actor.id === own.userId ? (
        <Trans>
          You changed these roles in another window <Time at={event.at} as="phrase" />.
        </Trans>
      ) : (
        <Trans>
          {actorInWords(event.actor, i18n)} changed these roles <Time at={event.at} as="phrase" />.
        </Trans>
      )}
    </b>
  );
}
