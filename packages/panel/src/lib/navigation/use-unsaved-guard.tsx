import { useLingui } from "@lingui/react/macro";
import { useBlocker } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { AlertDialog } from "../../ui/overlays/dialog.tsx";

/**
 * Asks for confirmation before unsaved changes are lost by a link, the back button or closing the tab. Render the
 * returned dialog. Navigation within the same path (a filter, a tab) is allowed.
 *
 * @example const guard = useUnsavedGuard(changes.length > 0); return <>{page}{guard}</>;
 */
export function useUnsavedGuard(hasChanges: boolean): ReactNode {
  const { t } = useLingui();
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => hasChanges && current.pathname !== next.pathname,
    enableBeforeUnload: hasChanges,
    withResolver: true,
  });
  return (
    <AlertDialog
      title={t`Leave without saving?`}
      isOpen={blocker.status === "blocked"}
      onCancel={() => blocker.reset?.()}
      onConfirm={() => blocker.proceed?.()}
      cancel={t`Keep editing`}
      confirm={t`Discard changes`}
      isDestructive
    >
      {t`Your changes on this page are not saved yet. If you leave now, they will be lost.`}
    </AlertDialog>
  );
}
