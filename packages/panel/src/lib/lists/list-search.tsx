/** The search of a list: its field, and the state without matches. */
import { parseEmail } from "@gatehouse/sdk/contract";
import { Trans } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useRef, useState } from "react";
import { EmptyState } from "../../ui/feedback/empty-states.tsx";
import { Button } from "../../ui/forms/button.tsx";
import { SearchField } from "../../ui/forms/search-field.tsx";
import { MailIcon } from "../../ui/icons.tsx";
import { useShortcut, useShortcuts } from "../shortcuts/shortcuts.tsx";
import { focusFirstRow, searchFieldId } from "./list-rows.tsx";

interface ListSearchFieldProps {
  /** For assistive technology: "Search users by name or e-mail". */
  readonly label: string;
  readonly placeholder: string;
  /** Label of the shortcut "/". */
  readonly shortcutLabel: string;
  /** The search text in the URL. */
  readonly searched: string;
  readonly onSearch: (text: string) => void;
  /** The displayed rows belong to the search text in the URL. */
  readonly isSettled: boolean;
}

/**
 * The search field of a list: "/" focuses it, arrow down moves to the first row. It holds the typed text in its own
 * state, so that typing doesn't render the rows.
 */
export function ListSearchField(props: ListSearchFieldProps) {
  const { label, placeholder, shortcutLabel, searched, onSearch, isSettled } = props;
  const { hasSingleKeys } = useShortcuts();
  const { text, type, flush } = useSearchText(searched, onSearch);
  const goToFirstRow = useFirstRow(isSettled && text.trim() === searched);
  useShortcut({ keys: "/", label: shortcutLabel }, () => {
    const field = document.getElementById(searchFieldId);
    if (field instanceof HTMLInputElement) {
      field.focus();
      field.select();
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
      id={searchFieldId}
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

/**
 * Returns a function that focuses the first row, as soon as the displayed rows belong to the search (`isSettled`).
 */
function useFirstRow(isSettled: boolean): () => void {
  const isWanted = useRef(false);
  useEffect(() => {
    if (!isSettled || !isWanted.current) return;
    isWanted.current = false;
    focusFirstRow();
  }, [isSettled]);
  return () => {
    isWanted.current = !isSettled;
    if (isSettled) focusFirstRow();
  };
}

const debounceMs = 150;

interface SearchText {
  readonly text: string;
  readonly type: (text: string) => void;
  /** Searches immediately. */
  readonly flush: () => void;
}

/** The text of the search field. It searches after a debounce, and follows the URL when that changes. */
function useSearchText(searched: string, search: (text: string) => void): SearchText {
  const [text, setText] = useState(searched);
  const lastSearch = useRef(searched);
  useEffect(() => {
    if (searched === lastSearch.current) return;
    lastSearch.current = searched;
    setText(searched);
  }, [searched]);

  const flush = () => {
    const next = text.trim();
    if (next === lastSearch.current) return;
    lastSearch.current = next;
    search(next);
  };
  const flushLater = useEffectEvent(flush);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every change restarts the timer
  useEffect(() => {
    const timer = setTimeout(() => flushLater(), debounceMs);
    return () => clearTimeout(timer);
  }, [text]);
  return { text, type: setText, flush };
}

interface NoMatchProps {
  readonly title: ReactNode;
  /** What was searched; undefined when only filters are set. */
  readonly query: string | undefined;
  /** Label of the button that clears search and filters. */
  readonly clearLabel: ReactNode;
  readonly onClear: () => void;
  /** Invites a searched address; null without permission to invite. */
  readonly onInvite: ((email: string) => void) | null;
  readonly children?: ReactNode;
}

/** Shown in place of rows when none matches: clears the search, and invites a searched address. */
export function NoMatch({ title, query, clearLabel, onClear, onInvite, children }: NoMatchProps) {
  const address = query === undefined ? null : parseEmail(query);
  const email = address?.ok === true ? address.email : null;
  return (
    <EmptyState
      title={title}
      actions={
        <>
          <Button onClick={onClear}>{clearLabel}</Button>
          {email === null || onInvite === null ? null : (
            <Button icon={<MailIcon />} onClick={() => onInvite(email)}>
              <Trans>Invite {email}</Trans>
            </Button>
          )}
        </>
      }
    >
      {children}
    </EmptyState>
  );
}
