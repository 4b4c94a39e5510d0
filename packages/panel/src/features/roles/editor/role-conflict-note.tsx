import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { ConflictField, ConflictNote } from "../../../lib/edit-conflict.tsx";
import { indexQualifiedLabels } from "../../../lib/labels/permission-labels.ts";
import { Time } from "../../../ui/data-display/time.tsx";
import type { RoleDraft } from "./role-draft.ts";

interface RoleConflictNoteProps {
  readonly roleId: string;
  readonly draft: RoleDraft;
  readonly groups: readonly CatalogueGroup[];
  /** Uses the other user's text. */
  readonly onUseTheirs: (field: "name" | "description", text: string) => void;
}

/** What another user saved in the meantime. The draft is already rebased onto it. */
export function RoleConflictNote({ roleId, draft, groups, onUseTheirs }: RoleConflictNoteProps) {
  const { i18n } = useLingui();
  const { conflict } = draft;
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  if (conflict === null) return null;
  const list = (permissions: readonly string[]) =>
    new Intl.ListFormat(i18n.locale).format(
      permissions.map((permission) => labels.get(permission) ?? permission),
    );
  const [granted, taken] = [list(conflict.granted), list(conflict.removed)];
  const texts = Object.entries(conflict.texts) as ["name" | "description", string][];
  return (
    <ConflictNote
      changedBy={{
        target: roleId,
        action: "roles.edited",
        byUnknown: <Trans>Someone else changed this role while you were editing.</Trans>,
        bySelf: (at) => (
          <Trans>
            You changed this role in another window <Time at={at} as="phrase" />.
          </Trans>
        ),
        byOther: (name, at) => (
          <Trans>
            {name} changed this role <Time at={at} as="phrase" />.
          </Trans>
        ),
      }}
      summary={
        <>
          {granted === "" ? null : <Trans>Granted: {granted}.</Trans>}{" "}
          {taken === "" ? null : <Trans>Taken away: {taken}.</Trans>}
        </>
      }
    >
      {texts.map(([field, text]) => (
        <ConflictField
          key={field}
          onUseTheirs={draft[field] === text ? null : () => onUseTheirs(field, text)}
        >
          {field === "name" ? (
            <Trans>The name is now “{text}”.</Trans>
          ) : text === "" ? (
            <Trans>The description was removed.</Trans>
          ) : (
            <Trans>The description is now “{text}”.</Trans>
          )}
        </ConflictField>
      ))}
    </ConflictNote>
  );
}
