/** Menus: a button and the actions behind it. Nothing of the menu exists until the button is pressed. */
import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
import { MenuItem as AriaMenuItem, Menu } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { Separator } from "react-aria-components/Separator";
import { Button, IconButton } from "./button.tsx";
import { classNames } from "./class-names.ts";
import { ChevronDownIcon, MoreIcon } from "./icons.tsx";
import styles from "./popover.module.css";

interface MenuButtonProps {
  /** Name of the button: "Actions for Aydın Kılınç". With `text` it is the name of the menu only. */
  readonly label: string;
  /** A written button, "More actions"; without it three dots. */
  readonly text?: ReactNode;
  /** `MenuItem`s and `MenuLine`s. */
  readonly children: ReactNode;
}

/** A button that opens a menu of actions. Arrow keys, Home, End and typing work inside. */
export function MenuButton({ label, text, children }: MenuButtonProps) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [focused, setFocused] = useState<"first" | "last" | null>(null);
  const shared = {
    ref: trigger,
    "aria-haspopup": "menu" as const,
    "aria-expanded": focused !== null,
    onClick: () => setFocused("first"),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      setFocused(event.key === "ArrowDown" ? "first" : "last");
    },
  };
  return (
    <>
      {text === undefined ? (
        <IconButton {...shared} label={label}>
          <MoreIcon />
        </IconButton>
      ) : (
        <Button {...shared}>
          {text}
          <ChevronDownIcon />
        </Button>
      )}
      {focused === null ? null : (
        <Popover
          className={styles["popover"] ?? ""}
          aria-label={label}
          triggerRef={trigger}
          placement="bottom end"
          offset={4}
          isOpen
          onOpenChange={() => setFocused(null)}
        >
          <Menu
            className={styles["list"] ?? ""}
            aria-label={label}
            autoFocus={focused}
            onClose={() => setFocused(null)}
          >
            {children}
          </Menu>
        </Popover>
      )}
    </>
  );
}

interface MenuItemProps {
  readonly children: ReactNode;
  readonly onAction: () => void;
  readonly icon?: ReactNode;
  /** Red: removes or deletes. */
  readonly isDangerous?: boolean;
}

/** One action of a menu. */
export function MenuItem({ children, onAction, icon, isDangerous = false }: MenuItemProps) {
  return (
    <AriaMenuItem
      className={classNames(styles["item"], isDangerous && styles["danger"])}
      onAction={onAction}
      {...(typeof children === "string" ? { textValue: children } : {})}
    >
      {icon}
      <span>{children}</span>
    </AriaMenuItem>
  );
}

/** A line between groups of actions. */
export function MenuLine() {
  return <Separator className={styles["separator"] ?? ""} />;
}
