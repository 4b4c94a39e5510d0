/** Radio options with descriptions. Put them into `Options` in a `<fieldset>` with a `<legend>`. */
import { type ComponentProps, type ReactNode, useId } from "react";
import { classNames } from "../class-names.ts";
import { LockIcon } from "../icons.tsx";
import options from "./checkbox.module.css";
import { isEmpty } from "./checkbox.tsx";
import styles from "./radio.module.css";

interface RadioOptionProps extends Omit<ComponentProps<"input">, "type" | "disabled" | "children" | "about"> {
  readonly children: ReactNode;
  readonly about?: ReactNode;
  /** A short text at the end. */
  readonly aside?: ReactNode;
  /** Shows a padlock; `about` says why. */
  readonly isLocked?: boolean;
}

/** An option with radio button, name and description. */
export function RadioOption({ children, about, aside, isLocked = false, ...radio }: RadioOptionProps) {
  const id = useId();
  return (
    <label className={classNames(options["option"], isLocked && options["off"])}>
      <span className={classNames(options["box"], isLocked && options["locked"], styles["round"])}>
        <input
          {...radio}
          type="radio"
          disabled={isLocked}
          aria-labelledby={`${id}-name`}
          aria-describedby={isEmpty(about) ? undefined : `${id}-about`}
        />
        <span>{isLocked ? <LockIcon /> : null}</span>
      </span>
      <span>
        <b id={`${id}-name`}>{children}</b>
        {isEmpty(about) ? null : (
          <span id={`${id}-about`} className={options["about"]}>
            {about}
          </span>
        )}
      </span>
      <span className={options["aside"]}>{aside}</span>
    </label>
  );
}
