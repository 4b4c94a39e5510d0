/** Connects menu items, written by pages, with the popup that renders them, which is loaded lazily. */
import { type ComponentType, createContext, type ReactNode } from "react";

/** Properties of a menu item. */
export interface MenuItemProps {
  readonly children: ReactNode;
  readonly onAction: () => void;
  readonly icon?: ReactNode;
  /** Red: removes or deletes. */
  readonly isDangerous?: boolean;
  /** A second line: a consequence, or why the action is disabled. */
  readonly about?: string;
  /** Disabled; `about` says why. */
  readonly isOff?: boolean;
}

/** The components of the open menu. */
export const MenuContext = createContext<{
  readonly Item: ComponentType<MenuItemProps>;
  readonly Separator: ComponentType;
} | null>(null);
