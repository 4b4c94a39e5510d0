import { useRouteContext } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useProblemText } from "../problem-text.ts";
import { useCan } from "../session/session.tsx";
import { useStatus } from "../status-strip.tsx";

/** Asking who holds a permission. */
export interface WhoCan {
  /** Opens the answer; null for those who may not see users. */
  readonly ask: ((permission: string) => void) | null;
  /** The answer, to be rendered by the page. */
  readonly dialog: ReactNode;
}

type Loaded = Pick<typeof import("./who-can-dialog.tsx"), "WhoCanDialog"> & { readonly permission: string };

/**
 * "Who can do this?" for any permission. The dialog and its words are loaded when somebody asks.
 *
 * @example const whoCan = useWhoCan(); whoCan.ask?.("campaigns:approve"); return <>{page}{whoCan.dialog}</>;
 */
export function useWhoCan(): WhoCan {
  const { languages } = useRouteContext({ from: "__root__" });
  const mayView = useCan("users:view");
  const say = useStatus();
  const problemText = useProblemText();
  const [asked, setAsked] = useState<Loaded | null>(null);
  async function open(permission: string): Promise<void> {
    try {
      const [{ WhoCanDialog }] = await Promise.all([
        import("./who-can-dialog.tsx"),
        languages.need("permissions"),
      ]);
      setAsked({ WhoCanDialog, permission });
    } catch (error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
    }
  }
  return {
    ask: mayView ? (permission) => void open(permission) : null,
    dialog:
      asked === null ? null : (
        <asked.WhoCanDialog permission={asked.permission} onClose={() => setAsked(null)} />
      ),
  };
}
