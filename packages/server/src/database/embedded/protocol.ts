/** What the embedded database's thread and the rest of the process say to each other. */

/** To the thread. `open` starts a conversation, `bytes` continues it: whole messages of PostgreSQL's protocol. */
export type ToDatabase =
  | { readonly kind: "open" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "dump" }
  | { readonly kind: "close" };

/** From the thread. `bytes` answers `bytes`, one for one and in order. */
export type FromDatabase =
  | { readonly kind: "ready" }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "dump"; readonly archive: Uint8Array }
  | { readonly kind: "closed" };

/** What the thread is started with. */
export interface ThreadOptions {
  /** Absolute path of the database's folder; null for one in memory. */
  readonly folder: string | null;
  /** A dump to begin with, where there is no database yet. */
  readonly archive: Uint8Array | null;
}
