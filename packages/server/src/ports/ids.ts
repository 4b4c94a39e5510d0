import { v7 } from "uuid";

/** Generates ids: UUIDv7, which sort by creation time. */
export interface Ids {
  readonly next: () => string;
}

/** Ids from the system's clock and random source. */
export const systemIds: Ids = { next: () => v7() };
