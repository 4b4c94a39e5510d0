/** The options of the command palette: filtering, and those that were used last. */
import { foldText } from "@gatehouse/sdk/contract";

/** An option of the palette. */
export interface Entry {
  /** Unique and stable: recent entries are saved by id. */
  readonly id: string;
  readonly text: string;
  /** A secondary text: an email address, the kind of entry. */
  readonly about?: string;
  /** The equivalent shortcut. */
  readonly keys?: string;
  readonly run: () => void;
}

/** Options under a heading. */
export interface EntryGroup {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly Entry[];
}

/** Entries that contain every word of the query; those that start with it first. */
export function filterEntries(entries: readonly Entry[], query: string): readonly Entry[] {
  const words = foldText(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const found = entries.filter(({ text, about = "" }) => {
    const folded = foldText(`${text} ${about}`);
    return words.every((word) => folded.includes(word));
  });
  const begins = ({ text }: Entry) => (foldText(text).startsWith(words[0] ?? "") ? 0 : 1);
  return found.toSorted((a, b) => begins(a) - begins(b));
}

const maxRecent = 5;

/** Parses the ids of recent entries, newest first. */
export function readRecent(saved: string | null): readonly string[] {
  return (saved ?? "").split(" ").filter(Boolean).slice(0, maxRecent);
}

/** Adds an id to the recent ones. */
export function addRecent(recent: readonly string[], id: string): string {
  return [id, ...recent.filter((other) => other !== id)].slice(0, maxRecent).join(" ");
}
