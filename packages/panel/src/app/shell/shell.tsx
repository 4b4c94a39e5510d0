import { Trans, useLingui } from "@lingui/react/macro";
import { Outlet, useRouteContext } from "@tanstack/react-router";
import { type ComponentType, type ReactNode, useRef, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { RulesGate } from "../../features/organization-rules/rules-gate.tsx";
import { useProblemSentence } from "../../lib/api/problem-text.tsx";
import { loadModule } from "../../lib/load-module.ts";
import { useFocusOnNavigation } from "../../lib/navigation/page-change.ts";
import { useMe, useOrganization } from "../../lib/session/session.tsx";
import { modifierName, useShortcut } from "../../lib/shortcuts/shortcuts.tsx";
import { StatusMessage, useStatusMessage } from "../../lib/status-message.tsx";
import { Avatar } from "../../ui/data-display/person.tsx";
import { Button, IconButton } from "../../ui/forms/button.tsx";
import { ChevronUpDownIcon, Logo, MenuIcon, SearchIcon } from "../../ui/icons.tsx";
import { useIsNarrow } from "../../ui/layout/page.tsx";
import { Dialog } from "../../ui/overlays/dialog.tsx";
import popover from "../../ui/overlays/popover.module.css";
import { Kbd } from "../../ui/text.tsx";
import { AccountMenu } from "./account-menu.tsx";
import { Navigation, useNavigationKeys } from "./navigation.tsx";
import "./problem-texts.ts";
import styles from "./shell.module.css";

/** The layout of every page: sidebar with organization, navigation and account; below 760 px a top bar with a menu. */
export function Shell() {
  const isNarrow = useIsNarrow();
  useFocusOnNavigation();
  const { showHelp, showPalette, overlay } = useOverlays();
  useNavigationKeys();
  return (
    <>
      <a className={styles["skip"]} href="#main">
        <Trans>Skip to content</Trans>
      </a>
      <div className={styles["shell"]}>
        {isNarrow ? (
          <TopBar onShowHelp={showHelp} onFind={showPalette} />
        ) : (
          <Sidebar onShowHelp={showHelp} onFind={showPalette} />
        )}
        <main className={styles["main"]} id="main" tabIndex={-1}>
          <StatusMessage />
          <RulesGate>
            <Outlet />
          </RulesGate>
        </main>
      </div>
      {overlay}
    </>
  );
}

interface FrameProps {
  readonly onShowHelp: () => void;
  readonly onFind: () => void;
}

function Sidebar({ onShowHelp, onFind }: FrameProps) {
  const { t } = useLingui();
  const organization = useOrganization();
  return (
    <div className={styles["side"]}>
      <header className={styles["organization"]}>
        <Logo />
        <b title={organization.name}>{organization.name}</b>
      </header>
      <button type="button" className={styles["find"]} aria-haspopup="dialog" onClick={onFind}>
        <SearchIcon />
        <span>{t`Find…`}</span>
        <Kbd>{modifierName()} K</Kbd>
      </button>
      <Navigation />
      <section className={styles["foot"]} aria-label={t`My account`}>
        <AccountButton onShowHelp={onShowHelp} />
      </section>
    </div>
  );
}

function AccountButton({ onShowHelp }: Pick<FrameProps, "onShowHelp">) {
  const { t } = useLingui();
  const me = useMe();
  const { roles, userName } = useOrganization();
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        ref={trigger}
        className={styles["me"]}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
      >
        <Avatar name={userName} accountId={me.id} />
        <span className={styles["who"]}>
          <b>{userName}</b>
          <small>{roles.map((role) => role.name).join(", ")}</small>
        </span>
        <ChevronUpDownIcon />
      </button>
      {isOpen ? (
        <Popover
          className={popover["popover"] ?? ""}
          triggerRef={trigger}
          trigger="DialogTrigger"
          placement="top start"
          offset={4}
          isOpen
          onOpenChange={setOpen}
        >
          <AriaDialog className={popover["dialog"] ?? ""} aria-label={t`My account`}>
            <AccountMenu
              onClose={() => setOpen(false)}
              onShowHelp={() => {
                setOpen(false);
                onShowHelp();
              }}
            />
          </AriaDialog>
        </Popover>
      ) : null}
    </>
  );
}

function TopBar({ onShowHelp, onFind }: FrameProps) {
  const { t } = useLingui();
  const organization = useOrganization();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <header className={styles["topbar"]}>
      <Logo />
      <b>{organization.name}</b>
      <IconButton label={t`Find a person, a role or an action`} aria-haspopup="dialog" onClick={onFind}>
        <SearchIcon />
      </IconButton>
      <Button variant="quiet" icon={<MenuIcon />} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Trans>Menu</Trans>
      </Button>
      <Dialog title={t`Menu`} shape="sheet" isOpen={isOpen} isDismissable onClose={close}>
        <Navigation onNavigate={close} />
        <AccountMenu
          onClose={close}
          onShowHelp={() => {
            close();
            onShowHelp();
          }}
        />
      </Dialog>
    </header>
  );
}

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
function useOverlays(): Overlays {
  const { t } = useLingui();
  const { languages } = useRouteContext({ from: "__root__" });
  const showStatus = useStatusMessage();
  const problemSentence = useProblemSentence();
  const [Open, setOpen] = useState<ComponentType<OverlayProps> | null>(null);
  async function show(kind: Kind): Promise<void> {
    try {
      const load =
        kind === "help"
          ? loadModule(() => import("../../features/help/help-drawer.tsx"))
          : loadModule(() => import("../../features/search/command-palette.tsx"));
      // The palette resends invitations, too.
      const messages =
        kind === "help" ? [languages.need(kind)] : [languages.need(kind), languages.need("invitations")];
      const [part] = await Promise.all([load, ...messages]);
      const Overlay: ComponentType<OverlayProps> =
        "HelpDrawer" in part ? part.HelpDrawer : part.CommandPalette;
      setOpen(() => Overlay);
    } catch (error) {
      showStatus({ tone: "bad", text: problemSentence(error) });
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
