/** What the command palette offers, as plain rules: which entries match, in which order. */
import { foldText } from "@gatehouse/sdk/contract";

/** One line of the palette. */
export interface Entry {
  /** Unique, and the same the next time: recent entries are remembered by it. */
  readonly id: string;
  readonly text: string;
  /** A second, quieter text: an e-mail address, what it is. */
  readonly about?: string;
  /** The key that does the same. */
  readonly keys?: string;
  readonly run: () => void;
}

/** Lines under a heading. */
export interface EntryGroup {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Entries in which every word of the query occurs, those that begin with it first. */
export function matching(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = foldText(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const found = entries.filter(({ text, about = "" }) => {
    const folded = foldText(`${text} ${about}`);
    return words.every((word) => folded.includes(word));
  });
  const begins = ({ text }: Entry) => (foldText(text).startsWith(words[0] ?? "") ? 0 : 1);
  return found.toSorted((a, b) => begins(a) - begins(b));
}

const kept = 5;

/** The ids of what was chosen last, the newest first. */
export function readRecent(remembered: string | null): readonly string[] {
  return (remembered ?? "").split(" ").filter(Boolean).slice(0, kept);
}

/** The same with one more choice. */
export function addRecent(recent: readonly string[], id: string): string {
  return [id, ...recent.filter((other) => other !== id)].slice(0, kept).join(" ");
}
