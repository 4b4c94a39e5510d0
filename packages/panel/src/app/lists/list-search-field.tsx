import type { KeyboardEvent } from "react";
import { SearchField } from "../../ui/search-field.tsx";
import { useShortcut, useShortcuts } from "../shortcuts/shortcuts.tsx";
import { searchBoxId } from "./row-keys.ts";
import { useFirstRow } from "./use-first-row.ts";
import { useSearchText } from "./use-search-text.ts";

interface ListSearchFieldProps {
  /** For assistive technology: "Search users by name or e-mail". */
  readonly label: string;
  readonly placeholder: string;
  /** What the key "/" does, for the list of keys. */
  readonly shortcutLabel: string;
  /** What the address searches for. */
  readonly searched: string;
  readonly onSearch: (text: string) => void;
  /** The rows are those of the address. */
  readonly isSettled: boolean;
}

/**
 * The search box of a list: "/" leads to it, arrow down from it to the first row. It keeps what is being typed to
 * itself, so that a letter draws this box alone and not every row below it.
 */
export function ListSearchField(props: ListSearchFieldProps) {
  const { label, placeholder, shortcutLabel, searched, onSearch, isSettled } = props;
  const { hasSingleKeys } = useShortcuts();
  const { text, type, flush } = useSearchText(searched, onSearch);
  const goToFirstRow = useFirstRow(isSettled && text.trim() === searched);
  useShortcut({ keys: "/", label: shortcutLabel }, () => {
    const box = document.getElementById(searchBoxId);
    if (box instanceof HTMLInputElement) {
      box.focus();
      box.select();
    }
  });
  function goDown(event: KeyboardEvent) {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    flush();
    goToFirstRow();
  }
  return (
    <SearchField
      id={searchBoxId}
      label={label}
      placeholder={placeholder}
      value={text}
      onChange={type}
      onKeyDown={goDown}
      onBlur={flush}
      aria-keyshortcuts="/"
      {...(hasSingleKeys ? { hint: "/" } : {})}
    />
  );
}
