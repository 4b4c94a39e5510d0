import type { QueryKey } from "@tanstack/react-query";

/** Changes that a displayed list doesn't show yet, because rows aren't inserted or removed automatically. */
export interface PendingUpdates {
  /** A newer version of the list is being fetched. */
  readonly isFetching: boolean;
  /** Rows that would be inserted or removed. */
  readonly count: number;
  /** `dataUpdateCount` of the displayed response; for another response the value is obsolete. */
  readonly dataUpdateCount: number;
}

/** The query key of the pending updates of a list. */
export function pendingUpdatesKey(list: QueryKey): QueryKey {
  return ["pending-updates", ...list];
}
