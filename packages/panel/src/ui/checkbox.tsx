/** Check boxes: drawn boxes with the native input on top, so that names, keys and forms work as everywhere. */
import { type ComponentProps, type ReactNode, useId } from "react";
import styles from "./checkbox.module.css";
import { classNames } from "./class-names.ts";
import { ChainIcon, LockIcon, MinusIcon, TickIcon } from "./icons.tsx";

interface CheckboxProps extends Omit<ComponentProps<"input">, "type" | "disabled"> {
  /** Some, but not all: a hollow box with a bar. */
  readonly isMixed?: boolean;
  /** Shows a padlock in place of the box. Print the reason beside it. */
  readonly isLocked?: boolean;
  /** Follows from another box: hollow, with a chain. Say from which beside it. */
  readonly isImplied?: boolean;
  /** Locked, but the keyboard still reaches it: in grids, where the arrows go from box to box. */
  readonly isReachable?: boolean;
}

/** A bare check box, for tables and options. Name it with `aria-label` or a `<label>`. */
export function Checkbox({
  isMixed = false,
  isLocked = false,
  isImplied = false,
  isReachable = false,
  className,
  ref,
  ...input
}: CheckboxProps) {
  const look = classNames(
    styles["box"],
    isLocked && styles["locked"],
    isImplied && styles["implied"],
    className,
  );
  return (
    <span className={look}>
      <input
        {...input}
        type="checkbox"
        disabled={isLocked && !isReachable}
        aria-disabled={(isLocked || isImplied) && isReachable ? true : undefined}
        ref={(element) => {
          if (element !== null) element.indeterminate = isMixed;
          if (typeof ref === "function") ref(element);
          else if (ref) ref.current = element;
        }}
      />
      <span>
        {isLocked ? <LockIcon /> : isImplied ? <ChainIcon /> : isMixed ? <MinusIcon /> : <TickIcon />}
      </span>
    </span>
  );
}

interface CheckboxFieldProps extends CheckboxProps {
  readonly children: ReactNode;
}

/** A check box with its label on the right. */
export function CheckboxField({ children, ...box }: CheckboxFieldProps) {
  return (
    <label className={styles["single"]}>
      <Checkbox {...box} />
      <span>{children}</span>
    </label>
  );
}

interface OptionsProps {
  readonly children: ReactNode;
}

/** A framed list of options. Put it into a `<fieldset>` with a `<legend>`. */
export function Options({ children }: OptionsProps) {
  return <div className={styles["options"]}>{children}</div>;
}

/** Whether there is nothing to describe: React draws nothing for these. */
export function isEmpty(about: ReactNode): boolean {
  return about === undefined || about === null || about === false || about === "";
}

interface OptionProps extends Omit<CheckboxProps, "name" | "about" | "children" | "aria-describedby"> {
  readonly name: ReactNode;
  readonly about?: ReactNode;
  /** A short remark on the right, for instance "Last used". */
  readonly aside?: ReactNode;
}

/** One option: a check box, a name, a sentence about it. A locked one says why in `about`. */
export function Option({ name: title, about, aside, isLocked = false, ...box }: OptionProps) {
  const id = useId();
  return (
    <label className={classNames(styles["option"], isLocked && styles["off"])}>
      <Checkbox
        {...box}
        isLocked={isLocked}
        aria-labelledby={`${id}-name`}
        aria-describedby={isEmpty(about) ? undefined : `${id}-about`}
      />
      <span>
        <b id={`${id}-name`}>{title}</b>
        {isEmpty(about) ? null : (
          <span id={`${id}-about`} className={styles["about"]}>
            {about}
          </span>
        )}
      </span>
      <span className={styles["aside"]}>{aside}</span>
    </label>
  );
}
