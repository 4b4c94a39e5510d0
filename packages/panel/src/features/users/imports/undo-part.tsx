import type { UserImportView } from "@gatehouse/sdk/contract";
import { Plural, Trans } from "@lingui/react/macro";
import { useState } from "react";
import { ProblemNotice } from "../../../lib/api/problem-text.tsx";
import { useCan } from "../../../lib/session/session.tsx";
import { Time } from "../../../ui/data-display/time.tsx";
import { InlineNotice } from "../../../ui/feedback/inline-notice.tsx";
import { Button } from "../../../ui/forms/button.tsx";
import { AlertDialog } from "../../../ui/overlays/dialog.tsx";
import styles from "./imports.module.css";
import { useUndo } from "./use-imports.ts";

/** Undoes an import while that is possible, after a question. */
export function UndoPart({ one }: { readonly one: UserImportView }) {
  const undo = useUndo(one.id);
  const [isAsking, setAsking] = useState(false);
  const mayRemove = useCan("users:remove");
  const mayRevoke = useCan("invitations:revoke");
  const name = one.fileName;
  const isInviting = one.as === "invitations";
  if (one.undoableUntil === null) return null;
  const left = one.created - one.removed - one.kept;
  return (
    <div className={styles["undo"]}>
      <p className={styles["remark"]}>
        {isInviting ? (
          <Trans>
            Undo revokes the invitations that are still as this import made them. Possible until{" "}
            <Time at={one.undoableUntil} as="full" />.
          </Trans>
        ) : (
          <Trans>
            Undo removes the users that this import created, except those who were changed or signed in since.
            Possible until <Time at={one.undoableUntil} as="full" />.
          </Trans>
        )}
      </p>
      {undo.error === null ? null : <ProblemNotice error={undo.error} />}
      {(isInviting ? mayRevoke : mayRemove) ? (
        <Button
          big
          variant="danger"
          pending={undo.isPending}
          onClick={() => setAsking(true)}
          aria-haspopup="dialog"
        >
          <Trans>Undo the import</Trans>
        </Button>
      ) : (
        <InlineNotice tone="locked">
          {isInviting ? (
            <Trans>You need the permission to revoke invitations.</Trans>
          ) : (
            <Trans>You need the permission to remove users.</Trans>
          )}
        </InlineNotice>
      )}
      <AlertDialog
        title={<Trans>Undo the import of {name}?</Trans>}
        isOpen={isAsking}
        isDestructive
        isPending={undo.isPending}
        onCancel={() => setAsking(false)}
        onConfirm={() => undo.mutate(undefined, { onSettled: () => setAsking(false) })}
        confirm={
          isInviting ? (
            <Plural value={left} one="Revoke # invitation" other="Revoke # invitations" />
          ) : (
            <Plural value={left} one="Remove # user" other="Remove # users" />
          )
        }
      >
        {isInviting ? (
          <Trans>The links of these invitations stop working.</Trans>
        ) : (
          <Trans>These users lose their access, in panels with their own sign-in, too.</Trans>
        )}
      </AlertDialog>
    </div>
  );
}
