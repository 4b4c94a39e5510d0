/** Matches key presses with shortcuts. Pure. */
import { foldText } from "@gatehouse/sdk/contract";

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
export type Step = string;

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
