/** Selects: in a form (`Select`) or as a filter of a list (`FilterSelect`). */
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  Suspense,
  useEffect,
  useId,
  useRef,
  useState,
} from "react";
import { classNames } from "../class-names.ts";
import { InlineNotice } from "../feedback/inline-notice.tsx";
import { ChevronDownIcon } from "../icons.tsx";
import text from "../text.module.css";
import type { Choice } from "./list-box-popover.tsx";
import styles from "./select.module.css";

interface SelectProps<V extends string> {
  readonly label: string;
  /** Shows the label only to screen readers, where a heading names the select. */
  readonly isLabelHidden?: boolean;
  /** Id of the button, for an error summary's link. */
  readonly id?: string;
  /** Null while nothing is selected: shows `placeholder`. */
  readonly value: V | null;
  readonly placeholder?: string;
  readonly choices: ReadonlyArray<Choice<V>>;
  readonly onChange: (value: V) => void;
  /** The error message. */
  readonly error?: string | undefined;
  /** Takes the focus when it appears. */
  readonly isFocused?: boolean;
}

/** A select with a label. */
export function Select<V extends string>(props: SelectProps<V>) {
  const { label, value, placeholder, choices, onChange, error, isFocused = false } = props;
  const id = useId();
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <div className={styles["field"]}>
      <span id={id} className={props.isLabelHidden === true ? text["hidden"] : styles["label"]}>
        {label}
      </span>
      <ChoiceButton
        {...(props.id === undefined ? {} : { buttonId: props.id })}
        label={label}
        labelledBy={id}
        value={value ?? ""}
        choices={choices}
        onChange={onChange}
        isFocused={isFocused}
        {...(error === undefined ? {} : { describedBy: `${id}-error`, className: styles["wrong"] ?? "" })}
      >
        <span className={classNames(styles["value"], chosen === undefined && styles["empty"])}>
          {chosen?.text ?? placeholder}
        </span>
      </ChoiceButton>
      {error === undefined ? null : (
        <span role="alert">
          <InlineNotice tone="bad" id={`${id}-error`}>
            {error}
          </InlineNotice>
        </span>
      )}
    </div>
  );
}

interface FilterSelectProps<V extends string> {
  readonly label: string;
  /** Text for no filter, as in "Status: any". */
  readonly any: string;
  readonly value: V | null;
  readonly choices: ReadonlyArray<Choice<V>>;
  readonly onChange: (value: V | null) => void;
}

/** A filter of a list: "Status: any". An active one is highlighted. */
export function FilterSelect<V extends string>({
  label,
  any,
  value,
  choices,
  onChange,
}: FilterSelectProps<V>) {
  const all: ReadonlyArray<Choice<V | "">> = [{ value: "", text: capitalised(any) }, ...choices];
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <ChoiceButton<V | "">
      label={label}
      value={value ?? ""}
      choices={all}
      onChange={(next) => onChange(next || null)}
      className={classNames(styles["filter"], chosen && styles["set"])}
    >
      {label}: <b>{chosen?.text ?? any}</b>
    </ChoiceButton>
  );
}

/** Loaded on hover or focus: most visitors of a list use no filter. */
const loadListBox = async () => ({ default: (await import("./list-box-popover.tsx")).ListBoxPopover });
/** A failure is reported when the list opens. */
const preloadListBox = () => void loadListBox().catch(() => undefined);
const Choices = lazy(loadListBox);

interface ChoiceButtonProps<V extends string> {
  readonly label: string;
  readonly buttonId?: string;
  /** Id of the label; without it the text of the button is its name. */
  readonly labelledBy?: string;
  readonly describedBy?: string;
  readonly value: V | "";
  readonly choices: ReadonlyArray<Choice<V>>;
  readonly onChange: (value: V) => void;
  readonly className?: string;
  readonly isFocused?: boolean;
  readonly children: ReactNode;
}

function ChoiceButton<V extends string>({ label, labelledBy, className, ...props }: ChoiceButtonProps<V>) {
  const { value, choices, onChange, children, describedBy, isFocused = false } = props;
  const generatedId = useId();
  const id = props.buttonId ?? generatedId;
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isFocused) trigger.current?.focus();
  }, [isFocused]);
  // Keys are handled here, because a click without a pointer would focus the listbox instead of an option.
  function openByKey(event: KeyboardEvent) {
    if (!["ArrowDown", "ArrowUp", "Enter", " "].includes(event.key)) return;
    event.preventDefault();
    setOpen(true);
  }
  return (
    <>
      <button
        type="button"
        id={id}
        ref={trigger}
        className={classNames(styles["select"], className)}
        aria-haspopup="listbox"
        aria-expanded={isOpen}
        aria-describedby={describedBy}
        {...(labelledBy === undefined ? {} : { "aria-labelledby": `${labelledBy} ${id}` })}
        onPointerEnter={preloadListBox}
        onFocus={preloadListBox}
        onClick={() => setOpen(true)}
        onKeyDown={openByKey}
      >
        {children}
        <ChevronDownIcon />
      </button>
      {isOpen ? (
        <Suspense>
          <Choices
            label={label}
            triggerRef={trigger}
            value={value}
            choices={choices}
            onChoose={(chosen) => {
              setOpen(false);
              const choice = choices.find((one) => one.value === chosen);
              if (choice !== undefined) onChange(choice.value);
            }}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

function capitalised(word: string): string {
  return word.charAt(0).toLocaleUpperCase(document.documentElement.lang) + word.slice(1);
}
