import type pg from "pg";
import type { Notifications } from "./notifications.ts";
import type { Replica } from "./replica.ts";
import type { TimeoutProfiles } from "./timeouts.ts";
import type { WriterLimits } from "./writer-limits.ts";

/** A database engine: connections of the user that owns the tables, bound to no tenant. */
export interface Engine {
  readonly kind: "embedded" | "postgres";
  readonly pool: pg.Pool;
  /** Reserved for short reads of authentication and access checks, and for pings. */
  readonly priorityPool: pg.Pool;
  /** For lists and exports; null where there is none. */
  readonly replica: Replica | null;
  readonly timeouts: TimeoutProfiles;
  /** Limits concurrent writers per organization; null where there is one connection. */
  readonly writers: WriterLimits | null;
  /** Notifications between processes; null where only this process can open the database. */
  readonly notifications: Notifications | null;
  /** Runs `work` on a connection without timeouts: for migrations. */
  readonly withoutTimeout: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;
  /** VACUUM and ANALYZE for the embedded engine, which has no autovacuum; nothing on a server. */
  readonly vacuum: () => Promise<void>;
  /** False while an engine in this process is known not to respond. */
  readonly isAlive: () => boolean;
  /** Starts the watchdog of an engine in this process, and calls `onDead` when it can't be made to respond. */
  readonly watch: (onDead: () => void) => void;
  readonly close: () => Promise<void>;
}
