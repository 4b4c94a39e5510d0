import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo } from "react";
import { ConflictAlert, useLastChange } from "../../../lib/edit-conflict.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { LinkButton } from "../../../ui/text.tsx";
import { indexQualifiedLabels } from "../../users/grant-ceiling.ts";
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
    <ConflictAlert>
      <p>
        <ChangedBy roleId={roleId} /> {granted === "" ? null : <Trans>Granted: {granted}.</Trans>}{" "}
        {taken === "" ? null : <Trans>Taken away: {taken}.</Trans>}{" "}
        <Trans>Your changes are kept and applied to the latest version.</Trans>
      </p>
      {texts.map(([field, text]) => (
        <p key={field}>
          {field === "name" ? (
            <Trans>The name is now “{text}”.</Trans>
          ) : text === "" ? (
            <Trans>The description was removed.</Trans>
          ) : (
            <Trans>The description is now “{text}”.</Trans>
          )}{" "}
          {draft[field] === text ? null : (
            <>
              <Trans>Yours is different.</Trans>{" "}
              <LinkButton onClick={() => onUseTheirs(field, text)}>
                <Trans>Use theirs</Trans>
              </LinkButton>
            </>
          )}
        </p>
      ))}
    </ConflictAlert>
  );
}

/** "Ayşe changed … 2 minutes ago"; without a name for readers who can't view the audit log. */
function ChangedBy({ roleId }: { readonly roleId: string }) {
  const last = useLastChange(roleId, "roles.edited");
  return (
    <b>
      {last === null ? (
        <Trans>Someone else changed this role while you were editing.</Trans>
      ) : last.changedBy === null ? (
        <Trans>
          You changed this role in another window <Time at={last.at} as="phrase" />.
        </Trans>
      ) : (
        <Trans>
          {last.changedBy} changed this role <Time at={last.at} as="phrase" />.
        </Trans>
      )}
    </b>
  );
}
