import type { CatalogueGroup } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useGrantCeiling } from "../../../lib/access/grant-ceiling.ts";
import { ProblemState } from "../../../lib/api/problem-text.tsx";
import { ConflictField, ConflictNote } from "../../../lib/edit-conflict.tsx";
import { indexQualifiedLabels, useCatalogue } from "../../../lib/labels/permission-catalogue.ts";
import { usePageTitle } from "../../../lib/navigation/page-change.ts";
import { useUnsavedGuard } from "../../../lib/navigation/use-unsaved-guard.tsx";
import { RequirePermission, useCan, useOrganization } from "../../../lib/session/session.tsx";
import { modifierName, useShortcut } from "../../../lib/shortcuts/shortcuts.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button, buttonClass } from "../../../ui/forms/button.tsx";
import { PageHeader, SaveBar } from "../../../ui/layout/page.tsx";
import { useCanDeleteRole, useRoleDeletion } from "../delete/delete-role-dialog.tsx";
import { RoleHolders } from "../role-holders.tsx";
import { RoleMatrix } from "./matrix/role-matrix.tsx";
import styles from "./role.module.css";
import { createDraft, isChanged, type RoleDraft, type RoleTextField, rebase } from "./role-draft.ts";
import { BackToRoles, EditorSkeleton, focusText, RoleFields, TextFieldLabel } from "./role-fields.tsx";
import { ImpactSummary, RoleReview } from "./role-review.tsx";
import { useRolePreview, useRoleQuery, type VersionedRole } from "./use-role.ts";

const route = getRouteApi("/shell/roles/$roleId");

/** The page of one role. */
export function RolePage() {
  const { t } = useLingui();
  return (
    <RequirePermission permission="roles:view" name={t`View roles`}>
      <BackToRoles />
      <LoadedRole />
    </RequirePermission>
  );
}

function LoadedRole() {
  const { t } = useLingui();
  const { roleId } = route.useParams();
  const query = useRoleQuery(roleId);
  usePageTitle(query.data?.body.name ?? t`Role`);
  if (query.data !== undefined) return <RoleEditor key={roleId} seen={query.data} />;
  if (query.error !== null)
    return <ProblemState isPage error={query.error} onRetry={() => query.refetch()} />;
  return <EditorSkeleton />;
}

/** The editor of a role: changes are reviewed and saved together. */
function RoleEditor({ seen }: { readonly seen: VersionedRole }) {
  const { t } = useLingui();
  const [draft, setDraft] = useRoleDraft(seen);
  const [isReviewing, setReviewing] = useState(false);
  const { catalogue, groups, error, refetch } = useCatalogue();
  const { body: role } = seen;
  const reason = useReadOnlyReason(seen);
  const hasChanges = isChanged(draft);
  const preview = useRolePreview(role.id, draft);
  const guard = useUnsavedGuard(hasChanges);
  const naming = useNameConflict(draft);
  const review = () => (draft.texts.name.trim() === "" ? focusText("name") : setReviewing(true));
  useShortcut({ keys: "mod+s", label: t`Review and save` }, hasChanges ? review : null);
  const conflict = (
    <RoleConflictNote
      roleId={role.id}
      draft={draft}
      groups={groups}
      onUseTheirs={(field, text) => setDraft({ ...draft, texts: { ...draft.texts, [field]: text } })}
    />
  );
  return (
    <>
      <EditorHeader seen={seen} />
      {reason === null ? null : (
        <p className={styles["note"]}>
          <InlineNotice tone="locked">{reason}</InlineNotice>
        </p>
      )}
      {role.template === null || reason !== null ? null : (
        <p className={styles["note"]}>
          <Trans>
            This role comes from the panel. When you edit it, it becomes your organization’s own, and later
            changes in the panel don’t change it.
          </Trans>
        </p>
      )}
      {isReviewing ? null : conflict}
      <RoleFields draft={draft} isReadOnly={reason !== null} onChange={setDraft} nameError={naming.error} />
      {error !== null ? (
        <ProblemState error={error} onRetry={() => refetch()} />
      ) : catalogue !== null ? (
        <RoleMatrix
          name={role.name}
          catalogue={catalogue}
          groups={groups}
          saved={draft.saved.permissions}
          chosen={draft.chosen}
          isReadOnly={reason !== null}
          onChange={(chosen) => setDraft({ ...draft, chosen })}
        />
      ) : (
        <EditorSkeleton />
      )}
      {catalogue !== null || error !== null ? <RoleHolders role={role} /> : null}
      {hasChanges ? (
        <SaveBar
          label={t`Unsaved changes`}
          actions={
            <>
              <Button variant="quiet" onClick={() => setDraft(createDraft(role, seen.etag))}>
                <Trans>Discard</Trans>
              </Button>
              <Button variant="primary" hint={`${modifierName()} S`} shortcut="Control+S" onClick={review}>
                <Trans>Review and save</Trans>
              </Button>
            </>
          }
        >
          <ImpactSummary draft={draft} preview={preview} groups={groups} />
        </SaveBar>
      ) : null}
      {isReviewing ? (
        <RoleReview
          role={role}
          draft={draft}
          groups={groups}
          preview={preview}
          conflict={conflict}
          onClose={() => setReviewing(false)}
          onSaved={(saved) => {
            setDraft(createDraft(saved.body, saved.etag));
            setReviewing(false);
          }}
          onNameTaken={(field) => {
            setReviewing(false);
            naming.refuse(field);
          }}
        />
      ) : null}
      {guard}
    </>
  );
}

/** Shows the server's name conflict at the field until the name is changed. */
function useNameConflict(draft: RoleDraft) {
  const { t } = useLingui();
  const [taken, setTaken] = useState<{ field: RoleTextField; name: string } | null>(null);
  const isTaken = taken !== null && taken.name === draft.texts[taken.field].trim();
  return {
    error: isTaken ? { field: taken.field, text: t`Another role has this name. Choose another.` } : undefined,
    refuse(field: RoleTextField) {
      setTaken({ field, name: draft.texts[field].trim() });
      focusText(field);
    },
  };
}

function EditorHeader({ seen: { body: role } }: { readonly seen: VersionedRole }) {
  const { t } = useLingui();
  const canCreate = useCan("roles:create");
  const canDelete = useCanDeleteRole()(role);
  const navigate = useNavigate();
  const { requestDeletion, dialog } = useRoleDeletion({
    onDeleted: () => navigate({ to: "/roles", ignoreBlocker: true }),
  });
  const canSeeUsers = useCan("users:view");
  const { name: organization } = useOrganization();
  const held = t`${plural(role.userCount, {
    0: "held by nobody",
    one: "held by # person",
    other: "held by # people",
  })}`;
  return (
    <PageHeader
      title={role.name}
      count={
        <>
          {role.system ? (
            <Trans>Built in</Trans>
          ) : role.template === null ? (
            <Trans>Custom role of {organization}</Trans>
          ) : (
            <Trans>From the panel</Trans>
          )}{" "}
          ·{" "}
          {canSeeUsers && role.userCount > 0 ? (
            <Link to="/users" search={{ role: role.id }} className={styles["holders"]}>
              {held}
            </Link>
          ) : (
            held
          )}
        </>
      }
      actions={
        <>
          <Link to="/roles/compare" search={{ a: role.id }} className={buttonClass()}>
            <Trans>Compare</Trans>
          </Link>
          {canCreate ? (
            <Link to="/roles/new" search={{ from: role.id }} className={buttonClass()}>
              {role.system ? <Trans>Duplicate to edit</Trans> : <Trans>Duplicate</Trans>}
            </Link>
          ) : null}
          {canDelete ? (
            <Button variant="danger" onClick={() => requestDeletion(role)}>
              <Trans>Delete role</Trans>
            </Button>
          ) : null}
          {dialog}
        </>
      }
    />
  );
}

/** Why the user can't edit the role, or null. */
function useReadOnlyReason({ body: role }: VersionedRole): string | null {
  const { t } = useLingui();
  const ceiling = useGrantCeiling();
  const canEdit = useCan("roles:edit");
  const own = useOrganization();
  if (role.system) return t`This role is built in. Duplicate it to make one that you can change.`;
  if (!canEdit) return t`You don’t have permission to edit roles.`;
  if (own.roles.some(({ id }) => id === role.id))
    return t`You have this role yourself, so another access manager must change it.`;
  return ceiling.checkRole(role).allowed
    ? null
    : t`This role gives permissions that you don’t have, so you can’t change it.`;
}

/** The draft, rebased when another user saves a newer version. */
function useRoleDraft(seen: VersionedRole): readonly [RoleDraft, (draft: RoleDraft) => void] {
  const [draft, setDraft] = useState(() => createDraft(seen.body, seen.etag));
  if (draft.version === seen.etag) return [draft, setDraft];
  const next = isChanged(draft) ? rebase(draft, seen.body, seen.etag) : createDraft(seen.body, seen.etag);
  setDraft(next);
  return [next, setDraft];
}

interface RoleConflictNoteProps {
  readonly roleId: string;
  readonly draft: RoleDraft;
  readonly groups: readonly CatalogueGroup[];
  /** Uses the other user's text. */
  readonly onUseTheirs: (field: RoleTextField, text: string) => void;
}

/** What another user saved in the meantime. The draft is already rebased onto it. */
function RoleConflictNote({ roleId, draft, groups, onUseTheirs }: RoleConflictNoteProps) {
  const { i18n } = useLingui();
  const { conflict } = draft;
  const labels = useMemo(() => indexQualifiedLabels(groups), [groups]);
  if (conflict === null) return null;
  const list = (permissions: readonly string[]) =>
    new Intl.ListFormat(i18n.locale).format(
      permissions.map((permission) => labels.get(permission) ?? permission),
    );
  const [granted, taken] = [list(conflict.granted), list(conflict.removed)];
  const texts = Object.entries(conflict.texts) as [RoleTextField, string][];
  return (
    <ConflictNote
      changedBy={{ target: roleId, action: "roles.edited" }}
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
          onUseTheirs={draft.texts[field] === text ? null : () => onUseTheirs(field, text)}
        >
          <SavedText field={field} text={text} />
        </ConflictField>
      ))}
    </ConflictNote>
  );
}

/** What another user saved in a text. */
function SavedText({ field, text }: { readonly field: RoleTextField; readonly text: string }) {
  if (field === "name") return <Trans>The name is now “{text}”.</Trans>;
  if (field !== "description")
    return (
      <>
        <TextFieldLabel field={field} />: {text === "" ? <Trans>removed</Trans> : `“${text}”.`}
      </>
    );
  if (text === "") return <Trans>The description was removed.</Trans>;
  return <Trans>The description is now “{text}”.</Trans>;
}
