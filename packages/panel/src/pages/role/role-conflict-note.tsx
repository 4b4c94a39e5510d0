import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { useApiQuery } from "../../app/session/api.tsx";
import { useCan, useOrganization } from "../../app/session/session.tsx";
import { permissionLabels } from "../../app/users/role-ceiling.ts";
import { actorInWords } from "../../app/words/event-words.ts";
import { WarningIcon } from "../../ui/icons.tsx";
import { LinkButton } from "../../ui/text.tsx";
import { Time } from "../../ui/time.tsx";
import type { RoleDraft } from "./draft.ts";
import styles from "./role.module.css";

interface RoleConflictNoteProps {
  readonly roleId: string;
  readonly draft: RoleDraft;
  readonly groups: readonly CatalogueGroup[];
  /** Takes over the other's text. */
  readonly onTake: (field: "name" | "description", text: string) => void;
}

/** What somebody else saved meanwhile. One's own changes stand on top of it already. */
export function RoleConflictNote({ roleId, draft, groups, onTake }: RoleConflictNoteProps) {
  const { i18n } = useLingui();
  const { conflict } = draft;
  const labels = useMemo(() => permissionLabels(groups), [groups]);
  if (conflict === null) return null;
  const list = (permissions: readonly string[]) =>
    new Intl.ListFormat(i18n.locale).format(
      permissions.map((permission) => labels.get(permission) ?? permission),
    );
  const [granted, taken] = [list(conflict.granted), list(conflict.taken)];
  const texts = Object.entries(conflict.texts) as ["name" | "description", string][];
  return (
    <div className={styles["conflict"]} role="alert">
      <WarningIcon />
      <div>
        <p>
          <WhoWasFaster roleId={roleId} /> {granted === "" ? null : <Trans>Granted: {granted}.</Trans>}{" "}
          {taken === "" ? null : <Trans>Taken away: {taken}.</Trans>}{" "}
          <Trans>Your changes are kept, on top of the newest version.</Trans>
        </p>
        {texts.map(([field, text]) => (
          <p key={field}>
            {field === "name" ? (
              <Trans>The name is now “{text}”.</Trans>
            ) : text === "" ? (
              <Trans>The description is gone.</Trans>
            ) : (
              <Trans>The description is now “{text}”.</Trans>
            )}{" "}
            {draft[field] === text ? null : (
              <>
                <Trans>You wrote another.</Trans>{" "}
                <LinkButton onClick={() => onTake(field, text)}>
                  <Trans>Take theirs</Trans>
                </LinkButton>
              </>
            )}
          </p>
        ))}
      </div>
    </div>
  );
}

function WhoWasFaster({ roleId }: { readonly roleId: string }) {
  const { i18n } = useLingui();
  const events = useApiQuery(
    "GET /organizations/:organizationId/audit-events",
    { query: { target: roleId, action: "roles.edited", limit: "1" } },
    { enabled: useCan("audit:view") },
  );
  const event = events.data?.body.items[0];
  const own = useOrganization();
  return (
    <b>
      {event === undefined ? (
        <Trans>Somebody else changed this role while you were editing.</Trans>
      ) : event.actor.id === own.userId ? (
        <Trans>
          You changed this role in another window <Time at={event.at} as="phrase" />.
        </Trans>
      ) : (
        <Trans>
          {actorInWords(event.actor, i18n)} changed this role <Time at={event.at} as="phrase" />.
        </Trans>
      )}
    </b>
  );
}
