import type { CatalogueGroup, RoleChange, RoleView } from "@gatehouse/sdk/contract";
import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { ApiProblem } from "../../app/api/problem.ts";
import { ProblemState } from "../../app/problem-state.tsx";
import { useProblemText } from "../../app/problem-text.ts";
import { useStatus } from "../../app/status-strip.tsx";
import { Difference } from "../../app/words/difference.tsx";
import { permissionWords } from "../../app/words/permission-words.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Reason } from "../../ui/reason.tsx";
import { Bone, Skeleton } from "../../ui/states.tsx";
import { editOf, isChanged, type RoleDraft } from "./draft.ts";
import styles from "./role.module.css";
import { isNameTaken, type RolePreview, type SeenRole, useSaveRole } from "./use-role.ts";

interface RoleReviewProps {
  readonly role: RoleView;
  readonly draft: RoleDraft;
  readonly groups: readonly CatalogueGroup[];
  readonly preview: RolePreview | null;
  readonly conflict: ReactNode;
  readonly onClose: () => void;
  readonly onSaved: (saved: SeenRole) => void;
  /** Another role has the name: something to correct outside the review. */
  readonly onNameTaken: () => void;
}

/** Everything that saving does, to whom, before it is saved. It stays open when somebody else was faster. */
export function RoleReview(props: RoleReviewProps) {
  const { role, draft, groups, preview, conflict, onClose } = props;
  const { t } = useLingui();
  const words = useMemo(() => permissionWords(groups), [groups]);
  const saving = useSaving(props);
  const problemText = useProblemText();
  const edit = editOf(draft);
  const hasChanges = isChanged(draft);
  // Nobody saves what they could not read yet.
  const isRead = preview === null || preview.change !== undefined;
  const isTold = draft.conflict !== null && isStale(saving.error);
  const problem = saving.error === null || isTold ? null : problemText(saving.error);
  return (
    <Dialog
      title={hasChanges ? t`Review the changes of ${role.name}` : t`Nothing is left to save`}
      shape="panel"
      isOpen
      onClose={onClose}
      onSubmit={() => (isRead && hasChanges ? saving.mutate() : undefined)}
      actions={
        <>
          <Button onClick={onClose}>{hasChanges ? <Trans>Keep editing</Trans> : <Trans>Close</Trans>}</Button>
          {hasChanges ? (
            <Button variant="primary" type="submit" hint="↵" pending={saving.isPending || !isRead} autoFocus>
              <Trans>Save role</Trans>
            </Button>
          ) : null}
        </>
      }
    >
      {conflict}
      {problem === null ? null : (
        <p role="alert">
          <Reason tone="bad">{`${problem.title}. ${problem.text}`}</Reason>
        </p>
      )}
      {edit.name === undefined ? null : (
        <p className={styles["second"]}>
          <Trans>
            Name: {draft.saved.name} → <b>{edit.name}</b>
          </Trans>
        </p>
      )}
      {edit.description === undefined ? null : (
        <p className={styles["second"]}>
          <Trans>
            Description: <b>{edit.description}</b>
          </Trans>
        </p>
      )}
      {preview === null ? null : preview.change === undefined ? (
        preview.error === null ? (
          <Skeleton>
            <Bone size="long" />
            <Bone size="long" />
          </Skeleton>
        ) : (
          <ProblemState error={preview.error} onRetry={preview.retry} />
        )
      ) : (
        <>
          <Concerned change={preview.change} />
          <Difference change={preview.change} words={words} />
        </>
      )}
    </Dialog>
  );
}

function Concerned({ change: { users, invitations } }: { readonly change: RoleChange }) {
  const { t } = useLingui();
  return (
    <p className={styles["second"]}>
      <b>
        {t`${plural(users, {
          0: "Nobody’s permissions change today.",
          one: "# person’s permissions change at once.",
          other: "The permissions of # people change at once.",
        })}`}
      </b>{" "}
      {invitations > 0
        ? t`${plural(invitations, {
            one: "# open invitation will give something else.",
            other: "# open invitations will give something else.",
          })}`
        : null}
    </p>
  );
}

function isStale(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 412;
}

function useSaving({ role, draft, onSaved, onNameTaken }: RoleReviewProps) {
  const { t } = useLingui();
  const say = useStatus();
  const { save, reload } = useSaveRole();
  return useMutation({
    mutationFn: () => save(role.id, editOf(draft), draft.version),
    onSuccess(saved) {
      onSaved(saved);
      say({ tone: "good", text: t`The role ${saved.body.name} is saved` });
    },
    async onError(error) {
      if (isStale(error)) await reload(role.id);
      if (isNameTaken(error)) onNameTaken();
    },
  });
}
