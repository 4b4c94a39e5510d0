import { v7 } from "uuid";

/** Makes ids: UUIDv7, which sort by the time they were made. */
export interface Ids {
  readonly next: () => string;
}

/** Ids from the machine's clock and random source. */
export const systemIds: Ids = { next: () => v7() };
