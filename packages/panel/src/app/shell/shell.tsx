import { Trans, useLingui } from "@lingui/react/macro";
import { Outlet } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ChevronUpDownIcon, Mark, MenuIcon } from "../../ui/icons.tsx";
import { Arch } from "../../ui/person.tsx";
import popover from "../../ui/popover.module.css";
import { useIsNarrow } from "../../ui/use-media-query.ts";
import { useFocusOnNavigation } from "../navigation/use-focus-on-navigation.ts";
import { useMe, useOrganization } from "../session/session.tsx";
import { ShortcutHelp } from "../shortcuts/shortcut-help.tsx";
import { useShortcut } from "../shortcuts/shortcuts.tsx";
import { StatusStrip } from "../status-strip.tsx";
import { Account } from "./account.tsx";
import { Navigation, useNavigationKeys } from "./navigation.tsx";
import styles from "./shell.module.css";

/** The frame of every page: organization, navigation, account; a bar and a menu below 760 px. */
export function Shell() {
  const { t } = useLingui();
  const isNarrow = useIsNarrow();
  const [showsKeys, setShowsKeys] = useState(false);
  useFocusOnNavigation();
  useShortcut({ keys: "?", label: t`Show these shortcuts` }, () => setShowsKeys(true));
  useNavigationKeys();
  const showKeys = () => setShowsKeys(true);
  return (
    <>
      <a className={styles["skip"]} href="#main">
        <Trans>Skip to content</Trans>
      </a>
      <div className={styles["shell"]}>
        {isNarrow ? <Topbar onShowKeys={showKeys} /> : <Sidebar onShowKeys={showKeys} />}
        <main className={styles["main"]} id="main" tabIndex={-1}>
          <StatusStrip />
          <Outlet />
        </main>
      </div>
      {showsKeys ? <ShortcutHelp onClose={() => setShowsKeys(false)} /> : null}
    </>
  );
}

interface FrameProps {
  readonly onShowKeys: () => void;
}

function Sidebar({ onShowKeys }: FrameProps) {
  const { t } = useLingui();
  const organization = useOrganization();
  return (
    <div className={styles["side"]}>
      <header className={styles["organization"]}>
        <Mark />
        <b title={organization.name}>{organization.name}</b>
      </header>
      <Navigation />
      <section className={styles["foot"]} aria-label={t`My account`}>
        <AccountButton onShowKeys={onShowKeys} />
      </section>
    </div>
  );
}

function AccountButton({ onShowKeys }: FrameProps) {
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
              onShowKeys={() => {
                setOpen(false);
                onShowKeys();
              }}
            />
          </AriaDialog>
        </Popover>
      ) : null}
    </>
  );
}

function Topbar({ onShowKeys }: FrameProps) {
  const { t } = useLingui();
  const organization = useOrganization();
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <header className={styles["topbar"]}>
      <Mark />
      <b>{organization.name}</b>
      <Button variant="quiet" icon={<MenuIcon />} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Trans>Menu</Trans>
      </Button>
      <Dialog title={t`Menu`} shape="sheet" isOpen={isOpen} isDismissable onClose={close}>
        <Navigation onFollow={close} />
        <Account
          onDone={close}
          onShowKeys={() => {
            close();
            onShowKeys();
          }}
        />
      </Dialog>
    </header>
  );
}
