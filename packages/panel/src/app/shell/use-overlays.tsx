import { useLingui } from "@lingui/react/macro";
import { useRouteContext } from "@tanstack/react-router";
import { type ComponentType, type ReactNode, useState } from "react";
import { useProblemText } from "../problem-text.ts";
import { useShortcut } from "../shortcuts/shortcuts.tsx";
import { useStatus } from "../status-strip.tsx";

type Kind = "help" | "palette";

interface OverlayProps {
  readonly onClose: () => void;
  readonly onShowHelp: () => void;
}

/** What lies over any page when it is asked for. */
interface Overlays {
  readonly showHelp: () => void;
  readonly showPalette: () => void;
  readonly overlay: ReactNode;
}

/** Help and the command palette: their keys, and themselves, which are loaded when somebody wants them. */
export function useOverlays(): Overlays {
  const { t } = useLingui();
  const { languages } = useRouteContext({ from: "__root__" });
  const say = useStatus();
  const problemText = useProblemText();
  const [Open, setOpen] = useState<ComponentType<OverlayProps> | null>(null);
  async function show(kind: Kind): Promise<void> {
    try {
      const load = kind === "help" ? import("../help/help-drawer.tsx") : import("../palette/palette.tsx");
      const [part] = await Promise.all([load, languages.need(kind)]);
      const Overlay: ComponentType<OverlayProps> = "HelpDrawer" in part ? part.HelpDrawer : part.Palette;
      setOpen(() => Overlay);
    } catch (error) {
      const { title, text } = problemText(error);
      say({ tone: "bad", text: `${title}. ${text}` });
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
