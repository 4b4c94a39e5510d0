import type pg from "pg";
import type { TimeoutProfiles } from "./timeouts.ts";
import type { WordBetweenProcesses } from "./word-between-processes.ts";
import type { WriterLimits } from "./writer-limits.ts";

/** An open database as its connections: of the user that owns the tables, bound to no tenant. */
export interface Engine {
  readonly kind: "embedded" | "postgres";
  readonly pool: pg.Pool;
  /** For short reads of authentication and checks, and for pings: nothing else can use these connections up. */
  readonly priorityPool: pg.Pool;
  readonly timeouts: TimeoutProfiles;
  /** Lets few writers of one organization in at once; null where there is one connection. */
  readonly writers: WriterLimits | null;
  /** Null where no other process can have the database open. */
  readonly word: WordBetweenProcesses | null;
  /** Runs `work` on a connection that no time limit ends: for migrations. */
  readonly patiently: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;
  /** Does now and then what a server does by itself: statistics for the planner, and room for new rows. */
  readonly tidy: () => Promise<void>;
  /** False while it is known not to answer although it runs in this process. */
  readonly isAlive: () => boolean;
  /** Begins to look after an engine that runs in this process, and calls `onDead` when it can't be brought to answer. */
  readonly watch: (onDead: () => void) => void;
  readonly close: () => Promise<void>;
}
