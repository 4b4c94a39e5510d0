import type pg from "pg";

/** An open database as its connections: of the user that owns the tables, bound to no tenant. */
export interface Engine {
  readonly kind: "embedded" | "postgres";
  readonly pool: pg.Pool;
  readonly close: () => Promise<void>;
}
