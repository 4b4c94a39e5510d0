/** Keyboard shortcuts of the current page. */
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { recall, remember } from "../storage/storage.ts";
import { isCharacterShortcut, type KeyPress, matchShortcut } from "./match.ts";

/** A shortcut, as listed in the help. */
export interface Shortcut {
  /** `i`, `/`, `g u`, `mod+s`. */
  readonly keys: string;
  /** Localized description. */
  readonly label: string;
}

interface Registered extends Shortcut {
  readonly run: () => void;
}

interface Registry {
  add(shortcut: Registered): () => void;
  list(): readonly Registered[];
  subscribe(changed: () => void): () => void;
}

interface ShortcutsValue {
  readonly registry: Registry;
  readonly hasSingleKeys: boolean;
  readonly setSingleKeys: (on: boolean) => void;
}

const ShortcutsContext = createContext<ShortcutsValue | null>(null);

/** Maximum time between the keys of "g u". */
const sequenceTimeoutMs = 1200;

/** Handles key presses. While the user is typing, only shortcuts with Ctrl or ⌘ run; while a dialog is open, none. */
export function ShortcutsProvider({ children }: { readonly children: ReactNode }) {
  const [registry] = useState(createRegistry);
  const [hasSingleKeys, setOn] = useState(() => recall("single-keys") !== "off");
  const presses = useRef<{ readonly at: number; readonly made: readonly KeyPress[] }>({ at: 0, made: [] });

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const usable = registry.list().filter((shortcut) => isUsable(shortcut, event.target, hasSingleKeys));
    const earlier = event.timeStamp - presses.current.at < sequenceTimeoutMs ? presses.current.made : [];
    const made = [...earlier, toKeyPress(event)];
    const sequence = matchShortcut(usable, made);
    const single =
      sequence.complete || sequence.isOpen ? sequence : matchShortcut(usable, [toKeyPress(event)]);
    presses.current = {
      at: event.timeStamp,
      made: single.isOpen ? (single === sequence ? made : [toKeyPress(event)]) : [],
    };
    if (single.complete === null) return;
    event.preventDefault();
    single.complete.run();
  });
  useEffect(() => {
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  const value = useMemo<ShortcutsValue>(
    () => ({
      registry,
      hasSingleKeys,
      setSingleKeys(on) {
        remember("single-keys", on ? null : "off");
        setOn(on);
      },
    }),
    [registry, hasSingleKeys],
  );
  return <ShortcutsContext value={value}>{children}</ShortcutsContext>;
}

/**
 * Registers a shortcut while the component is mounted. With `null` for `run` it is not registered, for instance without
 * the permission.
 *
 * @example useShortcut({ keys: "i", label: t`Invite user` }, canInvite ? open : null);
 */
export function useShortcut({ keys, label }: Shortcut, run: (() => void) | null): void {
  const { registry } = useShortcuts();
  const isOn = run !== null;
  const runNow = useEffectEvent(() => run?.());
  useEffect(
    () => (isOn ? registry.add({ keys, label, run: () => runNow() }) : undefined),
    [registry, keys, label, isOn],
  );
}

/** Every registered shortcut. */
export function useShortcutList(): readonly Registered[] {
  const { registry } = useShortcuts();
  return useSyncExternalStore(registry.subscribe, registry.list);
}

/** The registry, and the setting for single-key shortcuts. */
export function useShortcuts(): ShortcutsValue {
  const value = useContext(ShortcutsContext);
  if (value === null) throw new Error("useShortcuts needs a ShortcutsProvider");
  return value;
}

/** The label of the modifier key: "⌘" or "Ctrl". */
export function modifierName(): string {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘" : "Ctrl";
}

function createRegistry(): Registry {
  const listeners = new Set<() => void>();
  let shortcuts: readonly Registered[] = [];
  const replace = (next: readonly Registered[]) => {
    shortcuts = next;
    for (const changed of listeners) changed();
  };
  return {
    add(shortcut) {
      replace([...shortcuts, shortcut]);
      return () => replace(shortcuts.filter((other) => other !== shortcut));
    },
    list: () => shortcuts,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
  };
}

function isUsable(shortcut: Shortcut, target: EventTarget | null, hasSingleKeys: boolean): boolean {
  if (
    document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]') !== null
  )
    return false;
  if (!isCharacterShortcut(shortcut.keys)) return true;
  return hasSingleKeys && !isTyping(target);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

function toKeyPress({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): KeyPress {
  return { key, ctrlKey, metaKey, altKey };
}
