/** The command palette: finds users, roles, pages and actions. */
import { useLingui } from "@lingui/react/macro";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Dialog as AriaDialog } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { recall, remember } from "../../lib/storage/storage.ts";
import { classNames } from "../../ui/class-names.ts";
import { Highlight } from "../../ui/data-display/highlight.tsx";
import {
  AuditIcon,
  ChevronRightIcon,
  MailIcon,
  RolesIcon,
  SearchIcon,
  SettingsIcon,
  UsersIcon,
} from "../../ui/icons.tsx";
import { Kbd, VisuallyHidden } from "../../ui/text.tsx";
import styles from "./command-palette.module.css";
import { addRecent, type Entry, type EntryGroup, readRecent } from "./entries.ts";
import { useEntryGroups } from "./use-entries.ts";

interface CommandPaletteProps {
  readonly onClose: () => void;
  readonly onShowHelp: () => void;
}

/** A dialog with a combobox and its listbox. */
export function CommandPalette({ onClose, onShowHelp }: CommandPaletteProps) {
  const { t } = useLingui();
  return (
    <ModalOverlay
      className={styles["scrim"] ?? ""}
      isOpen
      isDismissable
      onOpenChange={(open) => (open ? undefined : onClose())}
    >
      <Modal className={styles["modal"] ?? ""}>
        <AriaDialog className={styles["frame"] ?? ""} aria-label={t`Find a person, a role or an action`}>
          <CommandList onClose={onClose} onShowHelp={onShowHelp} />
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

function CommandList({ onClose, onShowHelp }: CommandPaletteProps) {
  const { t } = useLingui();
  const id = useId();
  const [query, setQuery] = useState("");
  const [activeId, setActiveId] = useState<string | null>(null);
  const groups = withRecent(useEntryGroups(query, onShowHelp), query, t`Recent`);
  const entries = groups.flatMap((group) => group.entries);
  const active = entries.find((entry) => entry.id === activeId) ?? entries[0];
  const optionId = (entry: Entry) => `${id}-${entry.id}`;
  const shown = active === undefined ? null : optionId(active);
  useEffect(() => {
    if (shown !== null) document.getElementById(shown)?.scrollIntoView({ block: "nearest" });
  }, [shown]);

  function choose(entry: Entry) {
    remember("recent", addRecent(readRecent(recall("recent")), entry.id));
    onClose();
    // Runs after the dialog has closed and restored the focus: the action may open another dialog or move the focus.
    setTimeout(entry.run);
  }
  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && active !== undefined) {
      event.preventDefault();
      choose(active);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || active === undefined) return;
    event.preventDefault();
    const at = (entries.indexOf(active) + step + entries.length) % entries.length;
    setActiveId(entries[at]?.id ?? null);
  }
  return (
    <>
      <div className={styles["field"]}>
        <SearchIcon />
        <Field
          label={t`Find a person, a role or an action`}
          listId={id}
          activeId={shown}
          query={query}
          onType={(text) => {
            setQuery(text);
            setActiveId(null);
          }}
          onKeyDown={onKeyDown}
        />
        <Kbd>Esc</Kbd>
      </div>
      <VisuallyHidden>
        <span role="status">{entries.length === 0 ? t`Nothing matches` : t`Results: ${entries.length}`}</span>
      </VisuallyHidden>
      <div className={styles["list"]} id={id} role="listbox" aria-label={t`Results`}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a listbox may contain groups but no fieldset
          <div role="group" aria-labelledby={`${id}-${group.id}`} key={group.id}>
            <div className={styles["title"]} id={`${id}-${group.id}`} role="presentation">
              {group.title}
            </div>
            {group.entries.map((entry) => (
              <Option
                key={entry.id}
                id={optionId(entry)}
                entry={entry}
                query={query}
                isActive={entry === active}
                onHover={() => setActiveId(entry.id)}
                onChoose={() => choose(entry)}
              />
            ))}
          </div>
        ))}
      </div>
      {entries.length === 0 ? <p className={styles["none"]}>{t`Nothing matches`}</p> : null}
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly listId: string;
  readonly activeId: string | null;
  readonly query: string;
  readonly onType: (text: string) => void;
  readonly onKeyDown: (event: KeyboardEvent<HTMLInputElement>) => void;
}

function Field({ label, listId, activeId, query, onType, onKeyDown }: FieldProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  return (
    <input
      ref={input}
      type="text"
      role="combobox"
      aria-label={label}
      placeholder={label}
      aria-expanded="true"
      aria-controls={listId}
      aria-autocomplete="list"
      {...(activeId === null ? {} : { "aria-activedescendant": activeId })}
      autoComplete="off"
      spellCheck={false}
      maxLength={200}
      value={query}
      onChange={(event) => onType(event.target.value)}
      onKeyDown={onKeyDown}
    />
  );
}

interface OptionProps {
  readonly id: string;
  readonly entry: Entry;
  readonly query: string;
  readonly isActive: boolean;
  readonly onHover: () => void;
  readonly onChoose: () => void;
}

function Option({ id, entry, query, isActive, onHover, onChoose }: OptionProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the input keeps the focus and handles the keys
    <div
      id={id}
      role="option"
      aria-selected={isActive}
      className={classNames(styles["option"], isActive && styles["active"])}
      onPointerMove={isActive ? undefined : onHover}
      onClick={onChoose}
    >
      <EntryIcon id={entry.id} />
      <span className={styles["text"]}>
        <Highlight text={entry.text} query={query} />
      </span>
      {entry.about === undefined ? null : (
        <span className={styles["about"]}>
          <Highlight text={entry.about} query={query} />
        </span>
      )}
      {entry.keys === undefined ? null : <Kbd>{entry.keys.replace("mod+", "⌘/Ctrl ").toUpperCase()}</Kbd>}
    </div>
  );
}

/** Icons by the kind of an entry, the first word of its id, or by the whole id. */
const icons: Readonly<Record<string, () => ReactNode>> = {
  user: UsersIcon,
  invitation: MailIcon,
  resend: MailIcon,
  role: RolesIcon,
  "who-can": RolesIcon,
  "page:users": UsersIcon,
  "page:who-can": RolesIcon,
  "page:roles": RolesIcon,
  "page:invitations": MailIcon,
  "page:audit": AuditIcon,
  page: SettingsIcon,
};

function EntryIcon({ id }: Pick<Entry, "id">) {
  const Icon = icons[id] ?? icons[id.slice(0, id.indexOf(":"))] ?? ChevronRightIcon;
  return <Icon />;
}

/** Adds recent entries at the top while the query is empty. */
function withRecent(groups: readonly EntryGroup[], query: string, title: string): readonly EntryGroup[] {
  if (query.trim() !== "") return groups;
  const all = groups.flatMap(({ entries }) => entries);
  const recent = readRecent(recall("recent")).flatMap((id) => all.find((entry) => entry.id === id) ?? []);
  if (recent.length === 0) return groups;
  const others = groups.map((group) => ({
    ...group,
    entries: group.entries.filter((entry) => !recent.includes(entry)),
  }));
  return [{ id: "recent", title, entries: recent }, ...others.filter(({ entries }) => entries.length > 0)];
}
