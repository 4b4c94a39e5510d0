import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useUnsavedGuard } from "../../app/navigation/use-unsaved-guard.tsx";
import { ProblemState } from "../../app/problem-state.tsx";
import { RoleHolders } from "../../app/roles/role-holders.tsx";
import { useRoleDeletion } from "../../app/roles/use-role-deletion.tsx";
import { useCan, useOrganization, useSession } from "../../app/session/session.tsx";
import { modifierName, useShortcut } from "../../app/shortcuts/shortcuts.tsx";
import { missingFor } from "../../app/users/role-ceiling.ts";
import { useCatalogue } from "../../app/words/use-catalogue.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Dock, PageHeader } from "../../ui/page.tsx";
import { Reason } from "../../ui/reason.tsx";
import { Blast } from "./blast.tsx";
import { draftOf, isChanged, type RoleDraft, rebase } from "./draft.ts";
import { EditorSkeleton } from "./editor-skeleton.tsx";
import { RoleMatrix } from "./matrix/role-matrix.tsx";
import styles from "./role.module.css";
import { RoleConflictNote } from "./role-conflict-note.tsx";
import { focusName, RoleFields } from "./role-fields.tsx";
import { RoleReview } from "./role-review.tsx";
import { type SeenRole, useRolePreview } from "./use-role.ts";

/** A role, changed in a draft that is reviewed and saved as a whole. */
export function RoleEditor({ seen }: { readonly seen: SeenRole }) {
  const { t } = useLingui();
  const [draft, setDraft] = useRoleDraft(seen);
  const [isReviewing, setReviewing] = useState(false);
  const catalogue = useCatalogue();
  const { body: role } = seen;
  const reason = useReadOnlyReason(seen);
  const hasChanges = isChanged(draft);
  const preview = useRolePreview(role.id, draft);
  const guard = useUnsavedGuard(hasChanges);
  const naming = useNaming(draft);
  const review = () => (draft.name.trim() === "" ? focusName() : setReviewing(true));
  useShortcut({ keys: "mod+s", label: t`Review and save` }, hasChanges ? review : null);
  const conflict = (
    <RoleConflictNote
      roleId={role.id}
      draft={draft}
      groups={catalogue.groups}
      onTake={(field, text) => setDraft({ ...draft, [field]: text })}
    />
  );
  return (
    <>
      <EditorHeader seen={seen} />
      {reason === null ? null : (
        <p className={styles["note"]}>
          <Reason tone="locked">{reason}</Reason>
        </p>
      )}
      {isReviewing ? null : conflict}
      <RoleFields draft={draft} isReadOnly={reason !== null} onChange={setDraft} nameError={naming.error} />
      {catalogue.error !== null ? (
        <ProblemState error={catalogue.error} onRetry={() => void catalogue.refetch()} />
      ) : catalogue.isLoaded ? (
        <RoleMatrix
          name={role.name}
          groups={catalogue.groups}
          saved={draft.saved.permissions}
          chosen={draft.chosen}
          isReadOnly={reason !== null}
          onChange={(chosen) => setDraft({ ...draft, chosen })}
        />
      ) : (
        <EditorSkeleton />
      )}
      {catalogue.isLoaded || catalogue.error !== null ? <RoleHolders role={role} /> : null}
      {hasChanges ? (
        <Dock
          label={t`Unsaved changes`}
          actions={
            <>
              <Button variant="quiet" onClick={() => setDraft(draftOf(role, seen.etag))}>
                <Trans>Discard</Trans>
              </Button>
              <Button variant="primary" hint={`${modifierName()} S`} shortcut="Control+S" onClick={review}>
                <Trans>Review and save</Trans>
              </Button>
            </>
          }
        >
          <Blast draft={draft} preview={preview} groups={catalogue.groups} />
        </Dock>
      ) : null}
      {isReviewing ? (
        <RoleReview
          role={role}
          draft={draft}
          groups={catalogue.groups}
          preview={preview}
          conflict={conflict}
          onClose={() => setReviewing(false)}
          onSaved={(saved) => {
            setDraft(draftOf(saved.body, saved.etag));
            setReviewing(false);
          }}
          onNameTaken={() => {
            setReviewing(false);
            naming.refuse();
          }}
        />
      ) : null}
      {guard}
    </>
  );
}

/** The name that the server refused, said at the field for as long as it stands there. */
function useNaming(draft: RoleDraft) {
  const { t } = useLingui();
  const [taken, setTaken] = useState<string | null>(null);
  return {
    error: taken === draft.name.trim() ? t`Another role has this name. Choose another.` : undefined,
    refuse() {
      setTaken(draft.name.trim());
      focusName();
    },
  };
}

function EditorHeader({ seen: { body: role } }: { readonly seen: SeenRole }) {
  const { t } = useLingui();
  const mayCreate = useCan("roles:create");
  const mayDelete = useCan("roles:delete") && !role.system;
  const navigate = useNavigate();
  const { askToDelete, dialog } = useRoleDeletion({
    onDeleted: () => navigate({ to: "/roles", ignoreBlocker: true }),
  });
  const maySeeUsers = useCan("users:view");
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
          {role.system ? <Trans>Built in</Trans> : <Trans>Own role of {organization}</Trans>} ·{" "}
          {maySeeUsers && role.userCount > 0 ? (
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
          {mayCreate ? (
            <Link to="/roles/new" search={{ from: role.id }} className={buttonClass()}>
              {role.system ? <Trans>Duplicate to edit</Trans> : <Trans>Duplicate</Trans>}
            </Link>
          ) : null}
          {mayDelete ? (
            <Button variant="danger" onClick={() => askToDelete(role)}>
              <Trans>Delete role</Trans>
            </Button>
          ) : null}
          {dialog}
        </>
      }
    />
  );
}

/** Why the role can't be changed by this reader, or null. */
function useReadOnlyReason({ body: role }: SeenRole): string | null {
  const { t } = useLingui();
  const { permissions } = useSession();
  const mayEdit = useCan("roles:edit");
  const own = useOrganization();
  if (role.system) return t`This role is built in. Duplicate it to make one that you can change.`;
  if (!mayEdit) return t`You don’t hold the permission to edit roles.`;
  if (own.roles.some(({ id }) => id === role.id))
    return t`You hold this role yourself, so another manager has to change it.`;
  return missingFor(role, permissions).length > 0
    ? t`This role gives more than you hold, so it is not yours to change.`
    : null;
}

/** A draft that follows the role: a version that somebody else saved goes below one's own changes. */
function useRoleDraft(seen: SeenRole): readonly [RoleDraft, (draft: RoleDraft) => void] {
  const [draft, setDraft] = useState(() => draftOf(seen.body, seen.etag));
  if (draft.version === seen.etag) return [draft, setDraft];
  const next = isChanged(draft) ? rebase(draft, seen.body, seen.etag) : draftOf(seen.body, seen.etag);
  setDraft(next);
  return [next, setDraft];
}
