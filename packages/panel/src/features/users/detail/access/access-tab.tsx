import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useGrantCeiling } from "../../../../lib/access/grant-ceiling.ts";
import { useRefreshAtEnd } from "../../../../lib/access/refresh-at-end.ts";
import { ConflictNote } from "../../../../lib/edit-conflict.tsx";
import { useUnsavedGuard } from "../../../../lib/navigation/use-unsaved-guard.tsx";
import { useCan, useOrganization } from "../../../../lib/session/session.tsx";
import { modifierName, useShortcut, useShortcuts } from "../../../../lib/shortcuts/shortcuts.tsx";
import { ChangeBadge } from "../../../../ui/data-display/badges.tsx";
import { InlineNotice } from "../../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../../ui/forms/button.tsx";
import { PlusIcon } from "../../../../ui/icons.tsx";
import { SaveBar, Section } from "../../../../ui/layout/page.tsx";
import { LinkButton } from "../../../../ui/text.tsx";
import { useRoles } from "../../../roles/use-roles.ts";
import type { VersionedUser } from "../use-user.ts";
import {
  type AccessDraft,
  confirmRemoval,
  countChanges,
  dropDeletedRoles,
  emptyDraft,
  isContested,
  isExtended,
  type RoleRef,
  rebase,
  stageAdded,
  stageEnd,
  stageRemoved,
  unstage,
} from "./access-draft.ts";
import { AddRole } from "./add-role.tsx";
import { EffectivePermissions } from "./effective-permissions.tsx";
import { ReviewDialog } from "./review-dialog.tsx";
import { RoleEndText } from "./role-end-controls.tsx";
import { UserRolesTable } from "./user-roles-table.tsx";

interface AccessTabProps {
  readonly seen: VersionedUser;
  /** The draft is kept while another tab is shown. */
  readonly isShown: boolean;
  /** Called with whether there are unsaved changes. */
  readonly onUnsaved: (isUnsaved: boolean) => void;
}

/** The user's roles, edited in a draft, and the effective permissions. */
export function AccessTab({ seen, isShown, onUnsaved }: AccessTabProps) {
  const { t } = useLingui();
  const [draft, setDraft] = useAccessDraft(seen);
  const [open, setOpen] = useState<"add" | "review" | null>(null);
  const isSelf = useOrganization().userId === seen.body.id;
  const isWithinReach = useGrantCeiling().canActOn(seen.body, useRoles());
  const canAssign = useCan("roles:assign") && isWithinReach;
  const { hasSingleKeys } = useShortcuts();
  const { name } = seen.body;
  useRefreshAtEnd(seen.body.roles.map(({ expiresAt }) => expiresAt));
  const count = countChanges(draft);
  const isReady = count > 0 && !isContested(draft);
  const guard = useUnsavedGuard(count > 0);
  useEffect(() => onUnsaved(count > 0), [onUnsaved, count]);
  useShortcut({ keys: "r", label: t`Add role` }, canAssign && isShown ? () => setOpen("add") : null);
  useShortcut(
    { keys: "mod+s", label: t`Review and save` },
    isReady && isShown ? () => setOpen("review") : null,
  );
  const conflict = (
    <AccessConflictNote
      userId={seen.body.id}
      draft={draft}
      onKeep={(id) => setDraft(unstage(draft, id))}
      onRemove={(id) => setDraft(confirmRemoval(draft, id))}
    />
  );
  return (
    <>
      {isShown ? (
        <>
          <Section
            title={<Trans>Roles</Trans>}
            actions={
              canAssign ? (
                <Button
                  icon={<PlusIcon />}
                  {...(hasSingleKeys ? { hint: "R" } : {})}
                  shortcut="r"
                  onClick={() => setOpen("add")}
                >
                  <Trans>Add role</Trans>
                </Button>
              ) : null
            }
          >
            {isSelf ? (
              <InlineNotice tone="locked">
                <Trans>These are your own roles. Ask another access manager to change them.</Trans>
              </InlineNotice>
            ) : isWithinReach ? null : (
              <InlineNotice tone="locked">
                <Trans>{name} has permissions that you don’t have, so you can’t change these roles.</Trans>
              </InlineNotice>
            )}
            {open === "review" ? null : conflict}
            <UserRolesTable
              user={seen.body}
              draft={draft}
              mayAssign={canAssign}
              onRemove={(id) => setDraft(stageRemoved(draft, id))}
              onUndo={(id) => setDraft(unstage(draft, id))}
              onEnd={(id, expiresAt) => setDraft(stageEnd(draft, id, expiresAt))}
            />
          </Section>
          <EffectivePermissions user={seen.body} hasChanges={count > 0} />
        </>
      ) : null}
      {count > 0 && isShown ? (
        <SaveBar
          label={t`Unsaved changes`}
          actions={
            <>
              <Button variant="quiet" onClick={() => setDraft(emptyDraft(seen.body.roles, seen.etag))}>
                <Trans>Discard</Trans>
              </Button>
              {isReady ? (
                <Button
                  variant="primary"
                  hint={`${modifierName()} S`}
                  shortcut="Control+S"
                  onClick={() => setOpen("review")}
                >
                  <Trans>Review and save</Trans>
                </Button>
              ) : (
                <InlineNotice tone="warn">
                  <Trans>Choose above before you save</Trans>
                </InlineNotice>
              )}
            </>
          }
        >
          <strong>{t`${plural(count, { one: "# change", other: "# changes" })}`}</strong>
          {draft.added.map((role) => (
            <ChangeBadge key={role.id} change="gained">
              {role.name}
            </ChangeBadge>
          ))}
          {draft.moved.map((role) => (
            <ChangeBadge key={role.id} change={isExtended(draft, role) ? "gained" : "lost"}>
              <RoleEndText role={role} />
            </ChangeBadge>
          ))}
          {draft.removed.map((role) => (
            <ChangeBadge key={role.id} change="lost">
              {role.name}
            </ChangeBadge>
          ))}
        </SaveBar>
      ) : null}
      {open === "add" ? (
        <AddRole
          user={seen.body}
          draft={draft}
          onClose={() => setOpen(null)}
          onAdd={(role) => setDraft(stageAdded(draft, role))}
        />
      ) : null}
      {open === "review" ? (
        <ReviewDialog
          user={seen.body}
          draft={draft}
          conflict={conflict}
          onClose={() => setOpen(null)}
          onSaved={(saved) => {
            setDraft(emptyDraft(saved.body.roles, saved.etag));
            setOpen(null);
          }}
        />
      ) : null}
      {guard}
    </>
  );
}

/** The draft, rebased when a newer version of the user or the roles arrives. */
function useAccessDraft(seen: VersionedUser): readonly [AccessDraft, (draft: AccessDraft) => void] {
  const roles = useRoles();
  const [draft, setDraft] = useState(() => emptyDraft(seen.body.roles, seen.etag));
  const newest = { held: seen.body.roles, version: seen.etag, isOwn: seen.isOwnChange === true };
  const rebased = draft.version === seen.etag ? draft : rebase(draft, newest);
  const next = roles === null ? rebased : dropDeletedRoles(rebased, new Set(roles.map(({ id }) => id)));
  if (next !== draft) setDraft(next);
  return [next, setDraft];
}

interface AccessConflictNoteProps {
  readonly userId: string;
  readonly draft: AccessDraft;
  readonly onKeep: (roleId: string) => void;
  readonly onRemove: (roleId: string) => void;
}

/** What another user saved in the meantime, and contested roles. The draft is already rebased. */
function AccessConflictNote({ userId, draft, onKeep, onRemove }: AccessConflictNoteProps) {
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
      changedBy={given + taken + already === "" ? null : { target: userId, action: "users.roles-changed" }}
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
          {draft.moved.some(({ id }) => id === role.id) ? (
            <>
              <Trans>{role.name} was given again or got another end. Use your end anyway?</Trans>{" "}
              <LinkButton onClick={() => onRemove(role.id)}>
                <Trans>Use my end of {role.name}</Trans>
              </LinkButton>{" "}
              <LinkButton onClick={() => onKeep(role.id)}>
                <Trans>Use the saved end of {role.name}</Trans>
              </LinkButton>
            </>
          ) : (
            <>
              <Trans>{role.name} was given again. Remove it anyway?</Trans>{" "}
              <LinkButton onClick={() => onRemove(role.id)}>
                <Trans>Remove {role.name}</Trans>
              </LinkButton>{" "}
              <LinkButton onClick={() => onKeep(role.id)}>
                <Trans>Keep {role.name}</Trans>
              </LinkButton>
            </>
          )}
        </p>
      ))}
    </ConflictNote>
  );
}
