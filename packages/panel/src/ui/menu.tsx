/** Menus: a button and the actions behind it. Nothing of the menu is loaded until somebody is about to press the button. */
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useContext, useRef, useState } from "react";
import { Button, IconButton } from "./button.tsx";
import { ChevronDownIcon, MoreIcon } from "./icons.tsx";
import { type MenuItemProps, MenuParts } from "./menu-parts.ts";

const loadPopup = async () => ({ default: (await import("./menu-popup.tsx")).MenuPopup });
const MenuPopup = lazy(loadPopup);

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
    onPointerEnter: () => void loadPopup(),
    onFocus: () => void loadPopup(),
    onClick: () => setFocused("first"),
    // Not left to the click that Enter and Space make: a click without a pointer leaves the focus on the whole menu.
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

function useParts() {
  const parts = useContext(MenuParts);
  if (parts === null) throw new Error("This belongs into a MenuButton.");
  return parts;
}

/** One action of a menu. */
export function MenuItem(props: MenuItemProps) {
  const { Item } = useParts();
  return <Item {...props} />;
}

/** A line between groups of actions. */
export function MenuLine() {
  const { Line } = useParts();
  return <Line />;
}
