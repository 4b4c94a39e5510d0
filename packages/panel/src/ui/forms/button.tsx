/** Buttons: one primary button per view, the others plain or quiet. */
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { classNames } from "../class-names.ts";
import { Kbd } from "../text.tsx";
import styles from "./button.module.css";

interface ButtonStyle {
  /**
   * `primary` once per view; `quiet` for cancelling; `danger` opens the confirmation of a destructive action; `destroy`
   * confirms it in an alert dialog.
   */
  readonly variant?: "plain" | "primary" | "quiet" | "danger" | "destroy";
  /** Full width of the container. */
  readonly wide?: boolean;
  /** 40 px, beside tall fields. */
  readonly tall?: boolean;
  /** 48 px on phones: actions of dialogs and bars at the bottom edge. */
  readonly big?: boolean;
}

interface ButtonProps extends ButtonStyle, ComponentProps<"button"> {
  readonly icon?: ReactNode;
  /** The shortcut as shown in the button: `I`, `Ctrl S`. */
  readonly hint?: string;
  /** The `aria-keyshortcuts` of the shortcut. */
  readonly shortcut?: string;
  /** A request is running: clicks do nothing, the label stays. */
  readonly pending?: boolean;
}

/** Class names of a button, for the router's `Link`. */
export function buttonClass({
  variant = "plain",
  wide = false,
  tall = false,
  big = false,
}: ButtonStyle = {}): string {
  return classNames(
    styles["button"],
    variant !== "plain" && styles[variant],
    wide && styles["wide"],
    tall && styles["tall"],
    big && styles["big"],
  );
}

/** A button, `type="button"` by default. */
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
      className={classNames(buttonClass(definedStyle({ variant, wide, tall, big })), className)}
      aria-keyshortcuts={shortcut}
      aria-busy={pending || undefined}
      aria-disabled={pending || rest["aria-disabled"]}
      onClick={(event) =>
        pending || isDisabled(rest["aria-disabled"]) ? event.preventDefault() : onClick?.(event)
      }
    >
      {pending ? <span className={styles["spinner"]} aria-hidden="true" /> : icon}
      {children}
      {hint === undefined ? null : <Kbd>{hint}</Kbd>}
    </button>
  );
}

function isDisabled(disabled: ComponentProps<"button">["aria-disabled"]): boolean {
  return disabled === true || disabled === "true";
}

function definedStyle(style: { readonly [K in keyof ButtonStyle]: ButtonStyle[K] | undefined }): ButtonStyle {
  return Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined));
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** The accessible name: "Actions for Aydın Kılınç". */
  readonly label: string;
  readonly onClick?: (event: MouseEvent<HTMLButtonElement>) => void;
}

/** A square button with an icon. */
export function IconButton({ label, className, ...rest }: IconButtonProps) {
  return (
    <button type="button" aria-label={label} className={classNames(styles["icon"], className)} {...rest} />
  );
}
