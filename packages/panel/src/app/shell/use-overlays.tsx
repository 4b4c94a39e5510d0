import { useLingui } from "@lingui/react/macro";
import { useRouteContext } from "@tanstack/react-router";
import { type ComponentType, type ReactNode, useState } from "react";
import { useProblemText } from "../../lib/api/problem-text.ts";
import { useShortcut } from "../../lib/shortcuts/shortcuts.tsx";
import { useStatusMessage } from "../../lib/status-message.tsx";

type Kind = "help" | "palette";

interface OverlayProps {
  readonly onClose: () => void;
  readonly onShowHelp: () => void;
}

/** Dialogs that open over any page. */
interface Overlays {
  readonly showHelp: () => void;
  readonly showPalette: () => void;
  readonly overlay: ReactNode;
}

/** Registers the shortcuts of help and the command palette, and loads them on first use. */
export function useOverlays(): Overlays {
  const { t } = useLingui();
  const { languages } = useRouteContext({ from: "__root__" });
  const showStatus = useStatusMessage();
  const problemText = useProblemText();
  const [Open, setOpen] = useState<ComponentType<OverlayProps> | null>(null);
  async function show(kind: Kind): Promise<void> {
    try {
      const load =
        kind === "help"
          ? import("../../features/help/help-drawer.tsx")
          : import("../../features/search/command-palette.tsx");
      const [part] = await Promise.all([load, languages.need(kind)]);
      const Overlay: ComponentType<OverlayProps> =
        "HelpDrawer" in part ? part.HelpDrawer : part.CommandPalette;
      setOpen(() => Overlay);
    } catch (error) {
      const { title, text } = problemText(error);
      showStatus({ tone: "bad", text: `${title}. ${text}` });
    }
  }
  const showHelp = () => void show("help");
  const showPalette = () => void show("palette");
  useShortcut({ keys: "?", label: t`Help for this page` }, showHelp);
  useShortcut({ keys: "mod+k", label: t`Find a person, a role or an action` }, showPalette);
  return {
    showHelp,
    showPalette,
    overlay: Open === null ? null : <Open onClose={() => setOpen(null)} onShowHelp={showHelp} />,
  };
}
