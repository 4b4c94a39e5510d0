/** Menus: a button and the actions behind it. The menu is loaded on hover or focus of the button. */
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useContext, useRef, useState } from "react";
import { Button, IconButton } from "../forms/button.tsx";
import { ChevronDownIcon, MoreIcon } from "../icons.tsx";
import { MenuContext, type MenuItemProps } from "./menu-context.ts";

const loadPopup = async () => ({ default: (await import("./menu-popup.tsx")).MenuPopup });
/** A failure is reported when the menu opens. */
const preloadPopup = () => void loadPopup().catch(() => undefined);
const MenuPopup = lazy(loadPopup);

interface MenuButtonProps {
  /** Name of the button: "Actions for Aydın Kılınç". With `text` it is the name of the menu only. */
  readonly label: string;
  /** Text of the button, "More actions"; without it the button shows three dots. */
  readonly text?: ReactNode;
  /** `MenuItem`s and `MenuSeparator`s. */
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
    onPointerEnter: preloadPopup,
    onFocus: preloadPopup,
    onClick: () => setFocused("first"),
    // Keys are handled here, because a click without a pointer would focus the menu instead of its first item.
    onKeyDown: (event: KeyboardEvent) => {
      if (!["ArrowDown", "ArrowUp", "Enter", " "].includes(event.key)) return;
      event.preventDefault();
      setFocused(event.key === "ArrowUp" ? "last" : "first");
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
        <Suspense>
          <MenuPopup label={label} triggerRef={trigger} focused={focused} onClose={() => setFocused(null)}>
            {children}
          </MenuPopup>
        </Suspense>
      )}
    </>
  );
}

function useMenuContext() {
  const parts = useContext(MenuContext);
  if (parts === null) throw new Error("MenuItem and MenuSeparator must be inside a MenuButton");
  return parts;
}

/** One action of a menu. */
export function MenuItem(props: MenuItemProps) {
  const { Item } = useMenuContext();
  return <Item {...props} />;
}

/** A line between groups of actions. */
export function MenuSeparator() {
  const { Separator } = useMenuContext();
  return <Separator />;
}
