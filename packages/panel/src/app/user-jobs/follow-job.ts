import { createContext, useContext } from "react";

/** A job that was started in this tab. */
export interface FollowedJob {
  readonly id: string;
  /** It takes back what another one did. */
  readonly isUndo: boolean;
}

/** Where the shell takes jobs to follow. */
export const FollowContext = createContext<((job: FollowedJob) => void) | null>(null);

/** Has a job followed that was just started: how far it is and how it ends is said above the page. */
export function useFollowJob(): (job: FollowedJob) => void {
  const follow = useContext(FollowContext);
  if (follow === null) throw new Error("useFollowJob needs the shell around it");
  return follow;
}
