/** What a list gained and lost, for events that name a whole list before and after. Pure. */
import type { AuditEvent } from "@gatehouse/sdk/contract";

/** Entries that came and went. */
export interface ListChange {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** The difference between two lists; null where one side is no list, or where a list is new or gone as a whole. */
export function listChange({ before, after }: AuditEvent["changes"][number]): ListChange | null {
  if (!Array.isArray(before) || !Array.isArray(after)) return null;
  if (before.length === 0 || after.length === 0) return null;
  const [was, is] = [before.map(String), after.map(String)];
  return {
    gained: is.filter((entry) => !was.includes(entry)),
    lost: was.filter((entry) => !is.includes(entry)),
  };
}
