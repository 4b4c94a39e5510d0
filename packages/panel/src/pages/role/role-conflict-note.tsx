import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { ConflictFrame } from "../../app/conflicts/conflict-frame.tsx";
import { useLastChange } from "../../app/conflicts/use-last-change.ts";
import { permissionLabels } from "../../app/users/role-ceiling.ts";
import { LinkButton } from "../../ui/text.tsx";
import { Time } from "../../ui/time.tsx";
import type { RoleDraft } from "./draft.ts";

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
    <ConflictFrame>
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
    </ConflictFrame>
  );
}

/** "Ayşe changed … 2 minutes ago"; without a name for readers who may not see the log. */
function WhoWasFaster({ roleId }: { readonly roleId: string }) {
  const last = useLastChange(roleId, "roles.edited");
  return (
    <b>
      {last === null ? (
        <Trans>Somebody else changed this role while you were editing.</Trans>
      ) : last.by === null ? (
        <Trans>
          You changed this role in another window <Time at={last.at} as="phrase" />.
        </Trans>
      ) : (
        <Trans>
          {last.by} changed this role <Time at={last.at} as="phrase" />.
        </Trans>
      )}
    </b>
  );
}
