import type pg from "pg";

/** An open database as its connections: of the user that owns the tables, bound to no tenant. */
export interface Engine {
  readonly kind: "embedded" | "postgres";
  readonly pool: pg.Pool;
  /** Runs `work` on a connection that no time limit ends: for migrations. */
  readonly patiently: <T>(work: (client: pg.ClientBase) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}
