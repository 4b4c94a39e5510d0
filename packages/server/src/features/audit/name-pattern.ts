/** Patterns that find a folded word in names that are stored as they were written. */
import { foldText } from "@gatehouse/sdk/contract";

/** Latin with its extensions, Greek and Cyrillic. */
const ranges = [
  [0x41, 0x5a],
  [0xc0, 0x24f],
  [0x370, 0x52f],
  [0x1e00, 0x1eff],
] as const;

/** The letters that are folded to one letter: "iIıİíÍ…" for "i". */
const variants: ReadonlyMap<string, string> = (() => {
  const byLetter = new Map<string, string>();
  for (const [first, last] of ranges)
    for (let code = first; code <= last; code += 1) {
      const letter = String.fromCodePoint(code);
      const folded = foldText(letter);
      if (folded.length === 1 && folded !== letter)
        byLetter.set(folded, (byLetter.get(folded) ?? folded) + letter);
    }
  return byLetter;
})();

/**
 * A PostgreSQL regular expression that finds `word`, a folded one, whatever the case, accents and Turkish dots of the text. The
 * names in the audit log have no folded copy, because its rows can't be changed.
 */
export function toNamePattern(word: string): string {
  return [...word]
    .map((letter) => {
      const all = variants.get(letter);
      if (all !== undefined) return `[${all}]`;
      return /[\p{L}\p{N}]/u.test(letter) ? letter : `\\${letter}`;
    })
    .join("");
}
