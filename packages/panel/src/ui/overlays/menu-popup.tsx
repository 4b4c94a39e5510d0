import type { ReactNode, RefObject } from "react";
import { MenuItem as AriaMenuItem, Menu } from "react-aria-components/Menu";
import { Popover } from "react-aria-components/Popover";
import { Separator } from "react-aria-components/Separator";
import { classNames } from "../class-names.ts";
import { MenuContext, type MenuItemProps } from "./menu-context.ts";
import styles from "./popover.module.css";

interface MenuPopupProps {
  readonly label: string;
  readonly triggerRef: RefObject<HTMLElement | null>;
  readonly focused: "first" | "last";
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** An open menu. */
export function MenuPopup({ label, triggerRef, focused, onClose, children }: MenuPopupProps) {
  return (
    <Popover
      className={styles["popover"] ?? ""}
      aria-label={label}
      triggerRef={triggerRef}
      placement="bottom end"
      offset={4}
      isOpen
      onOpenChange={onClose}
    >
      <MenuContext value={components}>
        <Menu className={styles["list"] ?? ""} aria-label={label} autoFocus={focused} onClose={onClose}>
          {children}
        </Menu>
      </MenuContext>
    </Popover>
  );
}

const components = { Item, Separator: MenuLine };

function Item({ children, onAction, icon, isDangerous = false, about, isOff = false }: MenuItemProps) {
  return (
    <AriaMenuItem
      className={classNames(styles["item"], isDangerous && styles["danger"], isOff && styles["off"])}
      isDisabled={isOff}
      onAction={onAction}
      {...(typeof children === "string" ? { textValue: children } : {})}
    >
      {icon}
      <span>
        {children}
        {about === undefined ? null : <span className={styles["second"]}>{about}</span>}
      </span>
    </AriaMenuItem>
  );
}

function MenuLine() {
  return <Separator className={styles["separator"] ?? ""} />;
}
