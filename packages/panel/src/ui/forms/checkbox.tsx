/** Checkboxes and radio buttons: a native input with a drawn box. */
import { type ComponentProps, type ReactNode, useId } from "react";
import { classNames } from "../class-names.ts";
import { ChainIcon, LockIcon, MinusIcon, TickIcon } from "../icons.tsx";
import styles from "./checkbox.module.css";
import options from "./checkbox.module.css";
import { VirtualList } from "./virtual-list.tsx";

interface CheckboxProps extends Omit<ComponentProps<"input">, "type" | "disabled"> {
  /** Indeterminate: a box with a bar. */
  readonly isMixed?: boolean;
  /** Disabled: a padlock replaces the box. Show the reason next to it. */
  readonly isLocked?: boolean;
  /** Implied by another checkbox: a box with a chain. Name that one next to it. */
  readonly isImplied?: boolean;
  /** Locked but focusable: in grids with arrow-key navigation. */
  readonly isReachable?: boolean;
}

/** A checkbox without a label, for tables and options. Name it with `aria-label` or a `<label>`. */
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

/** A checkbox with a label. */
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

interface OptionListProps<T> {
  readonly items: readonly T[];
  readonly getKey: (item: T) => string;
  /** Renders one `Option` or `RadioOption`. */
  readonly children: (item: T) => ReactNode;
}

/** The same for a list that may be long. */
export function OptionList<T>(props: OptionListProps<T>) {
  return <VirtualList {...props} item="div" className={styles["options"]} />;
}

/** Whether React renders nothing for a node. */
function isEmpty(about: ReactNode): boolean {
  return about === undefined || about === null || about === false || about === "";
}

interface OptionProps extends Omit<CheckboxProps, "name" | "about" | "children" | "aria-describedby"> {
  readonly name: ReactNode;
  readonly about?: ReactNode;
  /** A short text at the end, for instance "Last used". */
  readonly aside?: ReactNode;
}

/** An option with checkbox, name and description. A locked one gives the reason in `about`. */
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
