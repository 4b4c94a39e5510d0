/** Dialogs: centred from 760 px, full screen below; alert dialogs and sheets are at the bottom edge there. */
import { useLingui } from "@lingui/react/macro";
import { type ComponentProps, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { classNames } from "../class-names.ts";
import { InlineNotice } from "../feedback/inline-notice.tsx";
import { Button, IconButton } from "../forms/button.tsx";
import { CloseIcon } from "../icons.tsx";
import styles from "./dialog.module.css";

interface DialogProps {
  readonly title: ReactNode;
  readonly isOpen: boolean;
  /** Called by Escape, the close button and a click outside. It may keep the dialog open, for instance to ask first. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the primary one last. */
  readonly actions?: ReactNode;
  /** A short text before the buttons. */
  readonly note?: ReactNode;
  /**
   * `dialog` is centred; `panel` is at the right edge; `review` is a panel with room for two columns; `sheet` is at the
   * bottom edge on phones, for filters and menus.
   */
  readonly shape?: "dialog" | "panel" | "review" | "sheet";
  readonly isNarrow?: boolean;
  /** Renders a form, so that Enter and submit buttons work. */
  readonly onSubmit?: () => void;
  /** A click outside closes it. Not for forms. */
  readonly isDismissable?: boolean;
}

/** A modal dialog with heading, scrollable body and fixed buttons. */
export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, shape = "dialog", isNarrow = false, isDismissable = false } = props;
  const { t } = useLingui();
  return (
    <ModalOverlay
      className={styles["scrim"] ?? ""}
      isOpen={isOpen}
      isDismissable={isDismissable}
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Modal
        className={classNames(
          styles["modal"],
          isNarrow && styles["narrow"],
          shape !== "dialog" && styles[shape],
        )}
      >
        <AriaDialog className={styles["frame"] ?? ""}>
          <header className={styles["header"]}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <IconButton label={t`Close`} onClick={onClose}>
              <CloseIcon />
            </IconButton>
          </header>
          <Contents {...props} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function Contents({ children, actions, note, onSubmit }: DialogProps) {
  const inside = (
    <>
      <ScrollRegion className={styles["body"]}>{children}</ScrollRegion>
      {actions === undefined ? null : (
        <footer className={styles["footer"]}>
          {note === undefined ? null : <span className={styles["note"]}>{note}</span>}
          <div className={styles["actions"]}>{actions}</div>
        </footer>
      )}
    </>
  );
  if (onSubmit === undefined) return inside;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
        // Prevents a second submit in some browsers.
        event.preventDefault();
        event.currentTarget.requestSubmit();
      }}
    >
      {inside}
    </form>
  );
}

interface AlertDialogProps {
  /** Includes the name: "Remove Benjamin Clarke?" */
  readonly title: ReactNode;
  readonly isOpen: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
  /** The confirm button: "Remove user"; null where the action is impossible and the text says why. */
  readonly confirm: ReactNode;
  /** The cancel button, for instance "Keep editing"; "Cancel" by default. */
  readonly cancel?: ReactNode;
  /** The consequences. */
  readonly children: ReactNode;
  /** Red confirm button. */
  readonly isDestructive?: boolean;
  readonly isPending?: boolean;
  /** The error of the last attempt. */
  readonly problem?: ReactNode;
  /** A control that must be set before confirming. */
  readonly choice?: ReactNode;
}

/** A confirmation (`alertdialog`). The initial focus is on the cancel button. */
export function AlertDialog(props: AlertDialogProps) {
  const {
    title,
    isOpen,
    onCancel,
    onConfirm,
    confirm,
    cancel,
    children,
    isDestructive = false,
    isPending = false,
  } = props;
  const { t } = useLingui();
  return (
    <ModalOverlay
      className={styles["scrim"] ?? ""}
      isOpen={isOpen}
      onOpenChange={(open) => (open ? undefined : onCancel())}
    >
      <Modal className={classNames(styles["modal"], styles["narrow"], styles["alert"])}>
        <AriaDialog role="alertdialog" className={styles["frame"] ?? ""}>
          <header className={styles["header"]}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
          </header>
          <div className={styles["body"]}>
            <p>{children}</p>
            {props.choice}
            {props.problem === undefined ? null : (
              <div role="alert">
                <InlineNotice tone="bad">{props.problem}</InlineNotice>
              </div>
            )}
          </div>
          <footer className={styles["footer"]}>
            <div className={styles["actions"]}>
              <Button autoFocus onClick={onCancel}>
                {cancel ?? t`Cancel`}
              </Button>
              {confirm === null ? null : (
                <Button
                  variant={isDestructive ? "destroy" : "primary"}
                  pending={isPending}
                  onClick={onConfirm}
                >
                  {confirm}
                </Button>
              )}
            </div>
          </footer>
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

const focusable = "a[href], button, input, select, textarea, [tabindex='0']";

/**
 * A scrollable block. While it overflows and contains nothing focusable, it is focusable itself, so that arrow keys scroll
 * it.
 */
function ScrollRegion({ children, ...rest }: ComponentProps<"div">) {
  const region = useRef<HTMLDivElement>(null);
  const [isFocusable, setFocusable] = useState(false);
  useLayoutEffect(() => {
    const element = region.current;
    if (element === null) return;
    const update = () =>
      setFocusable(element.scrollHeight > element.clientHeight && element.querySelector(focusable) === null);
    update();
    const sizes = new ResizeObserver(update);
    sizes.observe(element);
    for (const child of element.children) sizes.observe(child);
    const contents = new MutationObserver(update);
    contents.observe(element, { childList: true, subtree: true });
    return () => {
      sizes.disconnect();
      contents.disconnect();
    };
  }, []);
  return (
    <div {...rest} ref={region} tabIndex={isFocusable ? 0 : undefined}>
      {children}
    </div>
  );
}
