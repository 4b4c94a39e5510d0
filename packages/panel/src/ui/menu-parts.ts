/** What joins a menu's items, which pages name, with the popup that draws them, which is loaded later. */
import { type ComponentType, createContext, type ReactNode } from "react";

/** What an item of a menu is told. */
export interface MenuItemProps {
  readonly children: ReactNode;
  readonly onAction: () => void;
  readonly icon?: ReactNode;
  /** Red: removes or deletes. */
  readonly isDangerous?: boolean;
  /** A second line: what else happens, or why it can't be done. */
  readonly about?: string;
  /** It can't be done; `about` says why. */
  readonly isOff?: boolean;
}

/** What an open menu draws its parts with. */
export const MenuParts = createContext<{
  readonly Item: ComponentType<MenuItemProps>;
  readonly Line: ComponentType;
} | null>(null);
