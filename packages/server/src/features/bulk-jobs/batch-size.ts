/** How many users the next transaction of a job edits. */
export interface BatchSize {
  readonly get: () => number;
  readonly succeeded: () => void;
  /** A transaction with so many users was rolled back. */
  readonly failed: (users: number) => void;
}

/** The size is `most`, except after failures: each halves it, so that the user whose edit fails is found, and each success doubles it. */
export function createBatchSize(most: number): BatchSize {
  let size = most;
  return {
    get: () => size,
    succeeded: () => {
      size = Math.min(size * 2, most);
    },
    failed: (users) => {
      size = Math.max(1, Math.floor(users / 2));
    },
  };
}
