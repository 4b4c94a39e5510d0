import type { QueryKey } from "@tanstack/react-query";

/** What a list that is shown leaves out, because rows don't come and go by themselves. */
export interface ListNewsState {
  /** The list is being read beside the one that is shown. */
  readonly isReading: boolean;
  /** Rows that would come or go. */
  readonly missing: number;
  /** Which answer is shown (`dataUpdateCount`): the news are about no other. */
  readonly since: number;
}

/** Where the news of a list stand in the cache of answers. */
export function newsKey(list: QueryKey): QueryKey {
  return ["news", ...list];
}
