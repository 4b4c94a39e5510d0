import { Trans, useLingui } from "@lingui/react/macro";
import { Outlet } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ChevronUpDownIcon, Mark, MenuIcon, SearchIcon } from "../../ui/icons.tsx";
import { Arch } from "../../ui/person.tsx";
import popover from "../../ui/popover.module.css";
import { Kbd } from "../../ui/text.tsx";
import { useIsNarrow } from "../../ui/use-media-query.ts";
import { useFocusOnNavigation } from "../navigation/use-focus-on-navigation.ts";
import { useMe, useOrganization } from "../session/session.tsx";
import { modifierName } from "../shortcuts/shortcuts.tsx";
import { StatusStrip } from "../status-strip.tsx";
import { Account } from "./account.tsx";
import { Navigation, useNavigationKeys } from "./navigation.tsx";
import styles from "./shell.module.css";
import { useOverlays } from "./use-overlays.tsx";

/** The frame of every page: organization, navigation, account; a bar and a menu below 760 px. */
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
          <Topbar onShowHelp={showHelp} onFind={showPalette} />
        ) : (
          <Sidebar onShowHelp={showHelp} onFind={showPalette} />
        )}
        <main className={styles["main"]} id="main" tabIndex={-1}>
          <StatusStrip />
          <Outlet />
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
        <Mark />
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
  const { roles } = useOrganization();
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
        <Arch name={me.name} accountId={me.id} />
        <span className={styles["who"]}>
          <b>{me.name}</b>
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
            <Account
              onDone={() => setOpen(false)}
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

function Topbar({ onShowHelp, onFind }: FrameProps) {
  const { t } = useLingui();
  const organization = useOrganization();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <header className={styles["topbar"]}>
      <Mark />
      <b>{organization.name}</b>
      <IconButton label={t`Find a person, a role or an action`} aria-haspopup="dialog" onClick={onFind}>
        <SearchIcon />
      </IconButton>
      <Button variant="quiet" icon={<MenuIcon />} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Trans>Menu</Trans>
      </Button>
      <Dialog title={t`Menu`} shape="sheet" isOpen={isOpen} isDismissable onClose={close}>
        <Navigation onFollow={close} />
        <Account
          onDone={close}
          onShowHelp={() => {
            close();
            onShowHelp();
          }}
        />
      </Dialog>
    </header>
  );
}
