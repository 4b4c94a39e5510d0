import { type ReactNode, useId } from "react";
import styles from "./chips.module.css";
import type { Choice } from "./select.tsx";
import text from "./text.module.css";

interface ChipsProps<V extends string> {
  readonly legend: ReactNode;
  /** The legend is only for screen readers; what stands around the chips says it to the others. */
  readonly isLegendHidden?: boolean;
  readonly value: V;
  readonly choices: ReadonlyArray<Choice<V> & { readonly lang?: string }>;
  readonly onChange: (value: V) => void;
}

/** One of a few, all in sight: filters in a sheet, language, theme. Radio buttons to the keyboard. */
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
