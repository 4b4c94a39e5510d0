import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useUnsavedGuard } from "../../../app/navigation/use-unsaved-guard.tsx";
import { useCan, useOrganization, useSession } from "../../../app/session/session.tsx";
import { modifierName, useShortcut, useShortcuts } from "../../../app/shortcuts/shortcuts.tsx";
import { mayActOn } from "../../../app/users/may-act-on.ts";
import { useRoles } from "../../../app/users/use-roles.ts";
import { Button } from "../../../ui/button.tsx";
import { PlusIcon } from "../../../ui/icons.tsx";
import { Delta } from "../../../ui/marks.tsx";
import { Dock, Section } from "../../../ui/page.tsx";
import { Reason } from "../../../ui/reason.tsx";
import type { SeenUser } from "../use-user.ts";
import { AddRole } from "./add-role.tsx";
import { ConflictNote } from "./conflict-note.tsx";
import { changeCount, emptyDraft, isContested, settle, stageAdded, stageRemoved, unstage } from "./draft.ts";
import { Permissions } from "./permissions.tsx";
import { ReviewDialog } from "./review-dialog.tsx";
import { RolesTable } from "./roles-table.tsx";
import { useAccessDraft } from "./use-access-draft.ts";

interface AccessTabProps {
  readonly seen: SeenUser;
  /** The draft lives on while another tab is shown. */
  readonly isShown: boolean;
  /** Told whether staged changes are not saved. */
  readonly onUnsaved: (isUnsaved: boolean) => void;
}

/** Roles, changed in a draft that is saved as a whole, and what they add up to. */
export function AccessTab({ seen, isShown, onUnsaved }: AccessTabProps) {
  const { t } = useLingui();
  const [draft, setDraft] = useAccessDraft(seen);
  const [open, setOpen] = useState<"add" | "review" | null>(null);
  const own = useOrganization();
  const { permissions } = useSession();
  const isSelf = own.userId === seen.body.id;
  const isWithinReach = mayActOn({ userId: own.userId, permissions }, seen.body, useRoles());
  const mayAssign = useCan("roles:assign") && isWithinReach;
  const { hasSingleKeys } = useShortcuts();
  const { name } = seen.body;
  const count = changeCount(draft);
  const isReady = count > 0 && !isContested(draft);
  const guard = useUnsavedGuard(count > 0);
  useEffect(() => onUnsaved(count > 0), [onUnsaved, count]);
  useShortcut({ keys: "r", label: t`Add role` }, mayAssign && isShown ? () => setOpen("add") : null);
  useShortcut(
    { keys: "mod+s", label: t`Review and save` },
    isReady && isShown ? () => setOpen("review") : null,
  );
  const conflict = (
    <ConflictNote
      userId={seen.body.id}
      draft={draft}
      onKeep={(id) => setDraft(unstage(draft, id))}
      onRemove={(id) => setDraft(settle(draft, id))}
    />
  );
  return (
    <>
      {isShown ? (
        <>
          <Section
            title={<Trans>Roles</Trans>}
            actions={
              mayAssign ? (
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
              <Reason tone="locked">
                <Trans>These are your own roles. Ask another manager to change them.</Trans>
              </Reason>
            ) : isWithinReach ? null : (
              <Reason tone="locked">
                <Trans>{name} holds more than you do, so these roles are not yours to change.</Trans>
              </Reason>
            )}
            {open === "review" ? null : conflict}
            <RolesTable
              user={seen.body}
              draft={draft}
              mayAssign={mayAssign}
              onRemove={(id) => setDraft(stageRemoved(draft, id))}
              onUndo={(id) => setDraft(unstage(draft, id))}
            />
          </Section>
          <Permissions user={seen.body} hasChanges={count > 0} />
        </>
      ) : null}
      {count > 0 && isShown ? (
        <Dock
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
                <Reason tone="warn">
                  <Trans>Choose above before you save</Trans>
                </Reason>
              )}
            </>
          }
        >
          <strong>{t`${plural(count, { one: "# change", other: "# changes" })}`}</strong>
          {draft.added.map((role) => (
            <Delta key={role.id} change="gained">
              {role.name}
            </Delta>
          ))}
          {draft.removed.map((role) => (
            <Delta key={role.id} change="lost">
              {role.name}
            </Delta>
          ))}
        </Dock>
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
