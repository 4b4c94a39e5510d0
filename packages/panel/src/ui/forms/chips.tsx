import { type ReactNode, useId } from "react";
import text from "../text.module.css";
import styles from "./chips.module.css";
import type { Choice } from "./list-box-popover.tsx";

interface ChipsProps<V extends string> {
  readonly legend: ReactNode;
  /** Shows the legend only to screen readers, where a heading names the group. */
  readonly isLegendHidden?: boolean;
  readonly value: V;
  readonly choices: ReadonlyArray<Choice<V> & { readonly lang?: string }>;
  readonly onChange: (value: V) => void;
}

/** A radio group that looks like chips: filters in a sheet, language, theme. */
export function Chips<V extends string>({
  legend,
  isLegendHidden = false,
  value,
  choices,
  onChange,
}: ChipsProps<V>) {
  const name = useId();
  return (
    <fieldset className={styles["group"]}>
      <legend className={isLegendHidden ? text["hidden"] : styles["legend"]}>{legend}</legend>
      <div className={styles["chips"]}>
        {choices.map((choice) => (
          <label key={choice.value} className={styles["chip"]} lang={choice.lang}>
            <input
              type="radio"
              name={name}
              checked={choice.value === value}
              onChange={() => onChange(choice.value)}
            />
            {choice.text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
