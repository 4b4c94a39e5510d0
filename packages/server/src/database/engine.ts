import type pg from "pg";
import type { WordBetweenProcesses } from "./word-between-processes.ts";

/** An open database as its connections: of the user that owns the tables, bound to no tenant. */
export interface Engine {
  readonly kind: "embedded" | "postgres";
  readonly pool: pg.Pool;
  /** Null where no other process can have the database open. */
  readonly word: WordBetweenProcesses | null;
  /** Runs `work` on a connection that no time limit ends: for migrations. */
  readonly patiently: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;
  /** Does now and then what a server does by itself: statistics for the planner, and room for new rows. */
  readonly tidy: () => Promise<void>;
  readonly close: () => Promise<void>;
}
