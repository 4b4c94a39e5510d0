import { useLingui } from "@lingui/react/macro";
import type { ComponentProps, KeyboardEvent } from "react";
import { CloseIcon, SearchIcon } from "../icons.tsx";
import { Kbd } from "../text.tsx";
import { IconButton } from "./button.tsx";
import styles from "./field.module.css";
import { inputClass } from "./field.tsx";

interface SearchFieldProps extends Omit<ComponentProps<"input">, "value" | "onChange" | "type"> {
  /** Name for assistive technology: "Search users by name or e-mail". */
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The shortcut, shown while the field is empty. */
  readonly hint?: string;
}

/** A search input. The clear button and Escape clear it. */
export function SearchField({ label, value, onChange, hint, onKeyDown, ...input }: SearchFieldProps) {
  const { t } = useLingui();
  function clearOnEscape(event: KeyboardEvent<HTMLInputElement>) {
    if (event.key === "Escape" && value !== "") {
      event.stopPropagation();
      onChange("");
    } else onKeyDown?.(event);
  }
  return (
    <span className={styles["search"]}>
      <SearchIcon />
      <input
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        {...input}
        type="search"
        aria-label={label}
        className={inputClass()}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={clearOnEscape}
      />
      {value === "" ? hint === undefined ? null : <Kbd>{hint}</Kbd> : null}
      {value === "" ? null : (
        <IconButton
          label={t`Clear search`}
          onClick={(event) => {
            onChange("");
            event.currentTarget.parentElement?.querySelector("input")?.focus();
          }}
        >
          <CloseIcon />
        </IconButton>
      )}
    </span>
  );
}
