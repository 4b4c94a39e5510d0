/** Which presses are a shortcut, as plain rules. */
import { foldText } from "@gatehouse/sdk/contract";

/** What a key press says of itself; a `KeyboardEvent` fits. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey?: boolean;
}

/**
 * One step of a shortcut as it is written down: a character (`i`, `/`, `?`) or `mod+` and a character, where `mod` is
 * Ctrl or ⌘.
 */
export type Step = string;

/** The steps of a shortcut: `"g u"` are two presses. */
export function stepsOf(keys: string): readonly Step[] {
  return keys.split(" ");
}

/**
 * Whether a press is a step. Letters are compared by the search's folding, so that I, ı and İ on a Turkish keyboard,
 * and Caps Lock anywhere, press `i`. Goes by the character and never by the key's place, because `/` and `?` stand
 * elsewhere on other keyboards.
 */
export function isStep(press: Press, step: Step): boolean {
  const wantsMod = step.startsWith("mod+");
  const character = wantsMod ? step.slice("mod+".length) : step;
  if (press.altKey || wantsMod !== (press.ctrlKey || press.metaKey)) return false;
  return press.key === character || (press.key.length <= 2 && foldText(press.key) === character);
}

/** Whether a shortcut is a single character or a row of them, which somebody may want to turn off (WCAG 2.1.4). */
export function isCharacterShortcut(keys: string): boolean {
  return !keys.includes("mod+");
}

/** Shortcuts that begin with the presses so far, and the one that is complete. */
export function progress<S extends { readonly keys: string }>(
  shortcuts: Iterable<S>,
  presses: readonly Press[],
): { readonly complete: S | null; readonly isOpen: boolean } {
  let complete: S | null = null;
  let isOpen = false;
  for (const shortcut of shortcuts) {
    const steps = stepsOf(shortcut.keys);
    if (steps.length < presses.length) continue;
    if (!presses.every((press, index) => isStep(press, steps[index] ?? ""))) continue;
    if (steps.length === presses.length) complete = shortcut;
    else isOpen = true;
  }
  return { complete, isOpen };
}
