/** Small pieces of text: for screen readers only, links, keys. */
import type { ComponentProps, ReactNode } from "react";
import { classNames } from "./class-names.ts";
import styles from "./text.module.css";

/** Text for assistive technology only. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }) {
  return <span className={styles["hidden"]}>{children}</span>;
}

/** Class names of a link in running text, for the router's `Link`. `quiet` is for links in tables and lists. */
export function linkClass(variant: "accent" | "quiet" = "accent"): string {
  return classNames(styles["link"], variant === "quiet" && styles["quiet"]);
}

interface LinkButtonProps extends ComponentProps<"button"> {
  readonly variant?: "accent" | "quiet";
  /** Inside a sentence: the height of the line. */
  readonly inline?: boolean;
}

/** A button that looks like a link, for secondary actions such as Undo, Show, Edit. */
export function LinkButton({ variant = "accent", inline = false, className, ...rest }: LinkButtonProps) {
  return (
    <button
      type="button"
      className={classNames(linkClass(variant), inline && styles["inline"], className)}
      {...rest}
    />
  );
}

/** A key hint; hidden on phones and from screen readers unless `always` is set. */
export function Kbd({
  children,
  always = false,
}: {
  readonly children: ReactNode;
  readonly always?: boolean;
}) {
  return (
    <kbd
      className={classNames(styles["kbd"], !always && styles["hint"])}
      aria-hidden={always ? undefined : true}
    >
      {children}
    </kbd>
  );
}
