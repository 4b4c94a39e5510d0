import type pg from "pg";

/** An open database as its connections: of the user that owns the tables, bound to no tenant. */
export interface Engine {
  readonly kind: "embedded" | "postgres";
  readonly pool: pg.Pool;
  /** Runs `work` on a connection that no time limit ends: for migrations. */
  readonly patiently: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;
  /** Does now and then what a server does by itself: statistics for the planner, and room for new rows. */
  readonly tidy: () => Promise<void>;
  readonly close: () => Promise<void>;
}
