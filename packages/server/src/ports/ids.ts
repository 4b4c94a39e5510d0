import { v7 } from "uuid";

/** Generates ids: UUIDv7, which sort by creation time. */
export interface Ids {
  readonly next: () => string;
}

/** Ids from the system's clock and random source. */
export const systemIds: Ids = { next: () => v7() };

/** The nil UUID of RFC 9562: nothing has it, and all other ids are sorted after it. */
export const nilUuid = "00000000-0000-0000-0000-000000000000";
