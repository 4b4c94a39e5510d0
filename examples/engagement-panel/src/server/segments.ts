/** Segments: SQL statements. */
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Segment } from "../types.ts";
import { ApiError } from "./api-error.ts";
import type { Actor } from "./campaigns.ts";
import type { SegmentInput } from "./read-input.ts";

/** The stored segments. */
export interface Segments {
  /** By name. */
  readonly list: () => readonly Segment[];
  /** @throws ApiError segments/taken */
  readonly create: (by: Actor, input: SegmentInput) => Segment;
}

type Row = Readonly<Record<string, string | number>>;

const select = `SELECT segments.*, (SELECT count(*) FROM campaigns WHERE segment_id = segments.id) AS campaign_count
  FROM segments`;

/** Segments in a database. `now` is the current time. */
export function openSegments(database: DatabaseSync, now: () => Date): Segments {
  return {
    list: () => (database.prepare(`${select} ORDER BY name_key`).all() as Row[]).map(toSegment),
    create: (by, { name, rule }) => {
      const id = randomUUID();
      // The unique key decides if two users choose the same name at once.
      const { changes } = database
        .prepare(
          `INSERT INTO segments (id, name, name_key, rule, created_by, created_by_name, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name_key) DO NOTHING`,
        )
        .run(id, name, name.toLowerCase(), rule, by.id, by.name, now().toISOString());
      if (changes === 0) {
        const detail = `A segment “${name}” already exists. Choose another name.`;
        throw new ApiError("segments/taken", detail, [{ path: "name", detail }]);
      }
      return toSegment(database.prepare(`${select} WHERE id = ?`).get(id) as Row);
    },
  };
}

function toSegment(row: Row): Segment {
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    rule: String(row["rule"]),
    campaignCount: Number(row["campaign_count"]),
    created: {
      id: String(row["created_by"]),
      name: String(row["created_by_name"]),
      at: String(row["created_at"]),
    },
  };
}
