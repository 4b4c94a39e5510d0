/** Choosing one of several: in a form (`Select`) or as a filter of a list (`FilterSelect`). */
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
import { classNames } from "./class-names.ts";
import { ChevronDownIcon } from "./icons.tsx";
import { Reason } from "./reason.tsx";
import styles from "./select.module.css";

/** One choice. */
export interface Choice<V extends string> {
  readonly value: V;
  readonly text: string;
  /** A second line. */
  readonly about?: string;
  /** It can't be chosen; `about` says why. */
  readonly isLocked?: boolean;
}

interface SelectProps<V extends string> {
  readonly label: string;
  /** Null while nothing is chosen: `placeholder` is printed. */
  readonly value: V | null;
  readonly placeholder?: string;
  readonly choices: ReadonlyArray<Choice<V>>;
  readonly onChange: (value: V) => void;
  /** What is wrong with the choice. */
  readonly error?: string | undefined;
  /** It takes the focus when it appears: the first thing to choose on a page. */
  readonly isFocused?: boolean;
}

/** A choice in a form, with its label above. */
export function Select<V extends string>(props: SelectProps<V>) {
  const { label, value, placeholder, choices, onChange, error, isFocused = false } = props;
  const id = useId();
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <div className={styles["field"]}>
      <span id={id} className={styles["label"]}>
        {label}
      </span>
      <ChoiceButton
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
          <Reason tone="bad" id={`${id}-error`}>
            {error}
          </Reason>
        </span>
      )}
    </div>
  );
}

interface FilterSelectProps<V extends string> {
  readonly label: string;
  /** Printed for "no filter", within the sentence "Status: any". */
  readonly any: string;
  readonly value: V | null;
  readonly choices: ReadonlyArray<Choice<V>>;
  readonly onChange: (value: V | null) => void;
}

/** A filter above a list: "Status: any". A set one has a stronger edge and word. */
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

/** The list is loaded when somebody is about to open it: most who see a list of users filter nothing. */
const loadChoices = async () => ({ default: (await import("./choices.tsx")).Choices });
const Choices = lazy(loadChoices);

interface ChoiceButtonProps<V extends string> {
  readonly label: string;
  /** What is printed beside the button; without it the button's own text is its name. */
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
  const id = useId();
  const trigger = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    if (isFocused) trigger.current?.focus();
  }, [isFocused]);
  // Not left to the click that Enter and Space make: a click without a pointer leaves the focus on the whole list.
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
        onPointerEnter={() => void loadChoices()}
        onFocus={() => void loadChoices()}
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
