/** The keyboard shortcuts of the page in sight. */
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
import { recall, remember } from "../storage.ts";
import { isCharacterShortcut, type Press, progress } from "./match.ts";

/** A shortcut, as the help lists it. */
export interface Shortcut {
  /** `i`, `/`, `g u`, `mod+s`. */
  readonly keys: string;
  /** What it does, in the reader's language. */
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

/** How long the second key of "g u" may take. */
const patience = 1200;

/** Listens for keys. Nothing runs while somebody types or a dialog is open, but for shortcuts with Ctrl or ⌘. */
export function ShortcutsProvider({ children }: { readonly children: ReactNode }) {
  const [registry] = useState(createRegistry);
  const [hasSingleKeys, setOn] = useState(() => recall("single-keys") !== "off");
  const presses = useRef<{ readonly at: number; readonly made: readonly Press[] }>({ at: 0, made: [] });

  const onKeyDown = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const usable = registry.list().filter((shortcut) => isUsable(shortcut, event.target, hasSingleKeys));
    const earlier = event.timeStamp - presses.current.at < patience ? presses.current.made : [];
    const made = [...earlier, pressOf(event)];
    const sequence = progress(usable, made);
    const single = sequence.complete || sequence.isOpen ? sequence : progress(usable, [pressOf(event)]);
    presses.current = {
      at: event.timeStamp,
      made: single.isOpen ? (single === sequence ? made : [pressOf(event)]) : [],
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
 * Registers a shortcut while the component is in sight. `null` in place of `run` takes it away, for instance without
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

/** Every shortcut in force, for the help. */
export function useShortcutList(): readonly Registered[] {
  const { registry } = useShortcuts();
  return useSyncExternalStore(registry.subscribe, registry.list);
}

/** Whether shortcuts of a single key are on, and the switch. */
export function useShortcuts(): ShortcutsValue {
  const value = useContext(ShortcutsContext);
  if (value === null) throw new Error("Shortcuts need the shell around them");
  return value;
}

/** The modifier as it is printed on this reader's keyboard: "⌘" or "Ctrl". */
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

function pressOf({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): Press {
  return { key, ctrlKey, metaKey, altKey };
}
