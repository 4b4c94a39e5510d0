/** Choosing one of several: in a form (`Select`) or as a filter of a list (`FilterSelect`). */
import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Label } from "react-aria-components/Label";
import { ListBox, ListBoxItem } from "react-aria-components/ListBox";
import { Popover } from "react-aria-components/Popover";
import { Select as AriaSelect } from "react-aria-components/Select";
import { classNames } from "./class-names.ts";
import { ChevronDownIcon, TickIcon } from "./icons.tsx";
import popover from "./popover.module.css";
import styles from "./select.module.css";

/** One choice. */
export interface Choice<V extends string> {
  readonly value: V;
  readonly text: string;
  /** A second line. */
  readonly about?: string;
}

interface SelectProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly choices: ReadonlyArray<Choice<V>>;
  readonly onChange: (value: V) => void;
}

/** A choice in a form, with its label above. */
export function Select<V extends string>({ label, value, choices, onChange }: SelectProps<V>) {
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <AriaSelect
      className={styles["field"] ?? ""}
      value={value}
      onChange={(key) => onChange(pick(choices, key, value))}
    >
      <Label className={styles["label"] ?? ""}>{label}</Label>
      <Button className={styles["select"] ?? ""}>
        <span className={styles["value"]}>{chosen?.text}</span>
        <ChevronDownIcon />
      </Button>
      <Choices label={label} choices={choices} />
    </AriaSelect>
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
    <AriaSelect
      aria-label={`${label}: ${chosen?.text ?? any}`}
      value={value ?? ""}
      onChange={(key) => onChange(pick(all, key, "") || null)}
    >
      <Button className={classNames(styles["select"], styles["filter"], chosen && styles["set"])}>
        {label}: <b>{chosen?.text ?? any}</b>
        <ChevronDownIcon />
      </Button>
      <Choices label={label} choices={all} />
    </AriaSelect>
  );
}

function Choices<V extends string>({
  label,
  choices,
}: {
  readonly label: string;
  readonly choices: ReadonlyArray<Choice<V>>;
}) {
  return (
    <Popover className={popover["popover"] ?? ""} offset={4}>
      <ListBox className={popover["list"] ?? ""} aria-label={label}>
        {choices.map((choice) => (
          <ListBoxItem
            key={choice.value}
            id={choice.value}
            textValue={choice.text}
            className={popover["item"] ?? ""}
          >
            <ChoiceText {...choice} />
            <span className={popover["tick"]}>
              <TickIcon />
            </span>
          </ListBoxItem>
        ))}
      </ListBox>
    </Popover>
  );
}

function ChoiceText({ text, about }: Choice<string>): ReactNode {
  if (about === undefined) return <span>{text}</span>;
  return (
    <span>
      {text}
      <span className={popover["second"]}>{about}</span>
    </span>
  );
}

function pick<V extends string>(choices: ReadonlyArray<Choice<V>>, key: unknown, otherwise: V): V {
  return choices.find((choice) => choice.value === key)?.value ?? otherwise;
}

function capitalised(word: string): string {
  return word.charAt(0).toLocaleUpperCase(document.documentElement.lang) + word.slice(1);
}
