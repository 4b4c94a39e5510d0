/** Dialogs: centred from 760 px, the whole screen below; alert dialogs and sheets rise from the lower edge there. */
import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Heading } from "react-aria-components/Heading";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { Button, IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import styles from "./dialog.module.css";
import { CloseIcon } from "./icons.tsx";
import { Reason } from "./reason.tsx";
import { ScrollRegion } from "./scroll-region.tsx";

interface DialogProps {
  readonly title: ReactNode;
  readonly isOpen: boolean;
  /** Escape, the cross, a press on the scrim. Return without closing to keep it open, for instance to ask first. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons, the primary one last. */
  readonly actions?: ReactNode;
  /** A short text at the left of the buttons. */
  readonly note?: ReactNode;
  /**
   * `dialog` in the middle; `panel` at the right edge, for reviews; `sheet` from below on phones, for filters and
   * menus.
   */
  readonly shape?: "dialog" | "panel" | "sheet";
  readonly isNarrow?: boolean;
  /** Wraps body and buttons into a form: Enter and `submit` buttons work. */
  readonly onSubmit?: () => void;
  /** A press beside the dialog closes it; not where something was typed. */
  readonly isDismissable?: boolean;
}

/** A modal dialog with a heading, a body that scrolls and a row of buttons that stays. */
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
        // Some browsers would send the form themselves as well.
        event.preventDefault();
        event.currentTarget.requestSubmit();
      }}
    >
      {inside}
    </form>
  );
}

interface AlertDialogProps {
  /** Names whom or what: "Remove Benjamin Clarke?" */
  readonly title: ReactNode;
  readonly isOpen: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
  /** The verb: "Remove user"; null where it can't be done and the text says why. */
  readonly confirm: ReactNode;
  /** The way back, for instance "Keep editing"; "Cancel" by default. */
  readonly cancel?: ReactNode;
  /** The consequence, in a sentence or two. */
  readonly children: ReactNode;
  /** Red: something is destroyed. */
  readonly isDestructive?: boolean;
  readonly isPending?: boolean;
  /** Why the last try failed. */
  readonly problem?: ReactNode;
  /** What has to be chosen before it can be done. */
  readonly choice?: ReactNode;
}

/** A question that must be answered before going on. Focus starts on the way back. */
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
                <Reason tone="bad">{props.problem}</Reason>
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
