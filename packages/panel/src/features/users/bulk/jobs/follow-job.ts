import { createContext, useContext } from "react";

/** A job that was started in this tab. */
export interface FollowedJob {
  readonly id: string;
  /** It reverts another job. */
  readonly isUndo: boolean;
}

/** Provided by `BulkJobsProvider`. */
export const FollowContext = createContext<((job: FollowedJob) => void) | null>(null);

/** Returns a function that follows a started job: its status is shown above the page. */
export function useFollowJob(): (job: FollowedJob) => void {
  const follow = useContext(FollowContext);
  if (follow === null) throw new Error("useFollowJob needs a BulkJobsProvider");
  return follow;
}
