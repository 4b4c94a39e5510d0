import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useProblemSentence } from "../../../lib/api/problem-text.tsx";
import { loadModule } from "../../../lib/load-module.ts";
import { useCan } from "../../../lib/session/session.tsx";
import { useStatusMessage } from "../../../lib/status-message.tsx";

/** Shows the users with a permission. */
interface PermissionHolders {
  /** Opens the dialog; null without the permission to view users. */
  readonly show: ((permission: string) => void) | null;
  /** The dialog, to be rendered by the page. */
  readonly dialog: ReactNode;
}

type Loaded = Pick<typeof import("./permission-holders-dialog.tsx"), "PermissionHoldersDialog"> & {
  readonly permission: string;
};

/**
 * The dialog "Who can do this?" for any permission, loaded on first use.
 *
 * @example const holders = usePermissionHolders(); holders.show?.("campaigns:approve"); return <>{page}{holders.dialog}</>;
 */
export function usePermissionHolders(): PermissionHolders {
  const { languages } = useRouteContext({ from: "__root__" });
  const canView = useCan("users:view");
  const showStatus = useStatusMessage();
  const problemSentence = useProblemSentence();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  async function open(permission: string): Promise<void> {
    try {
      const [{ PermissionHoldersDialog }] = await Promise.all([
        loadModule(() => import("./permission-holders-dialog.tsx")),
        languages.need("permissions"),
      ]);
      setLoaded({ PermissionHoldersDialog, permission });
    } catch (error) {
      showStatus({ tone: "bad", text: problemSentence(error) });
    }
  }
  return {
    show: canView ? (permission) => void open(permission) : null,
    dialog:
      loaded === null ? null : (
        <loaded.PermissionHoldersDialog permission={loaded.permission} onClose={() => setLoaded(null)} />
      ),
  };
}
