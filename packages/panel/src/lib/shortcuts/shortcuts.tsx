/** Keyboard shortcuts of the current page. */
import { foldText } from "@gatehouse/sdk/contract";
import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { recall, remember } from "../storage/storage.ts";

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
  // Before the first paint: a button that shows its shortcut never ignores it.
  useLayoutEffect(
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

/** The part of `KeyboardEvent` that is compared. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey?: boolean;
}

/**
 * One step of a shortcut: a character (`i`, `/`, `?`) or `mod+` and a character, where `mod` is Ctrl or ⌘.
 */
type Step = string;

/** The steps of a shortcut: `"g u"` has two. */
export function parseSteps(keys: string): readonly Step[] {
  return keys.split(" ");
}

/**
 * Whether a key press matches a step. Letters are compared with the folding of the search, so that I, ı and İ on a
 * Turkish keyboard, and Caps Lock, match `i`. Compares characters and not key codes, because `/` and `?` have other keys
 * in other layouts.
 */
export function matchesStep(press: KeyPress, step: Step): boolean {
  const wantsMod = step.startsWith("mod+");
  const character = wantsMod ? step.slice("mod+".length) : step;
  if (press.altKey || wantsMod !== (press.ctrlKey || press.metaKey)) return false;
  return press.key === character || (press.key.length <= 2 && foldText(press.key) === character);
}

/** Whether a shortcut has only character keys, which users must be able to turn off (WCAG 2.1.4). */
export function isCharacterShortcut(keys: string): boolean {
  return !keys.includes("mod+");
}

/** The shortcut that the presses complete, and whether a longer one is possible. */
export function matchShortcut<S extends { readonly keys: string }>(
  shortcuts: Iterable<S>,
  presses: readonly KeyPress[],
): { readonly complete: S | null; readonly isOpen: boolean } {
  let complete: S | null = null;
  let isOpen = false;
  for (const shortcut of shortcuts) {
    const steps = parseSteps(shortcut.keys);
    if (steps.length < presses.length) continue;
    if (!presses.every((press, index) => matchesStep(press, steps[index] ?? ""))) continue;
    if (steps.length === presses.length) complete = shortcut;
    else isOpen = true;
  }
  return { complete, isOpen };
}
