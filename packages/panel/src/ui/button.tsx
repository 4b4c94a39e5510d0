/** Buttons: one primary a view, everything else plain or quiet. */
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import styles from "./button.module.css";
import { classNames } from "./class-names.ts";
import { Kbd } from "./text.tsx";

interface ButtonLook {
  /**
   * `primary` once a view; `quiet` for the way back; `danger` opens something that destroys; `destroy` does it and
   * belongs in an alert dialog.
   */
  readonly variant?: "plain" | "primary" | "quiet" | "danger" | "destroy";
  /** As wide as its column. */
  readonly wide?: boolean;
  /** 40 px, beside tall fields. */
  readonly tall?: boolean;
  /** 48 px on phones: actions of dialogs and docked bars. */
  readonly big?: boolean;
}

interface ButtonProps extends ButtonLook, ComponentProps<"button"> {
  readonly icon?: ReactNode;
  /** The key that presses this button, as it is printed: `I`, `Ctrl S`. */
  readonly hint?: string;
  /** `aria-keyshortcuts` of that key. */
  readonly shortcut?: string;
  /** The request runs: presses do nothing, the label stays. */
  readonly pending?: boolean;
}

/** Class names of a button, for the router's `Link`. */
export function buttonClass({
  variant = "plain",
  wide = false,
  tall = false,
  big = false,
}: ButtonLook = {}): string {
  return classNames(
    styles["button"],
    variant !== "plain" && styles[variant],
    wide && styles["wide"],
    tall && styles["tall"],
    big && styles["big"],
  );
}

/** A button with a verb. It is `type="button"` unless told otherwise. */
export function Button(props: ButtonProps) {
  const {
    variant,
    wide,
    tall,
    big,
    icon,
    hint,
    shortcut,
    pending = false,
    onClick,
    className,
    children,
    ...rest
  } = props;
  return (
    <button
      type="button"
      {...rest}
      className={classNames(buttonClass(definedLook({ variant, wide, tall, big })), className)}
      aria-keyshortcuts={shortcut}
      aria-busy={pending || undefined}
      aria-disabled={pending || rest["aria-disabled"]}
      onClick={(event) =>
        pending || isOff(rest["aria-disabled"]) ? event.preventDefault() : onClick?.(event)
      }
    >
      {pending ? <span className={styles["turning"]} aria-hidden="true" /> : icon}
      {children}
      {hint === undefined ? null : <Kbd>{hint}</Kbd>}
    </button>
  );
}

function isOff(disabled: ComponentProps<"button">["aria-disabled"]): boolean {
  return disabled === true || disabled === "true";
}

function definedLook(look: { readonly [K in keyof ButtonLook]: ButtonLook[K] | undefined }): ButtonLook {
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== undefined));
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** What it does and to what: "Actions for Aydın Kılınç". */
  readonly label: string;
  readonly onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
}

/** A square button with an icon and a name of its own. */
export function IconButton({ label, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} className={classNames(styles["icon"], className)} {...rest} />
  );
}
