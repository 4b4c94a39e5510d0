/** Segments: every statement on them. */
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { Segment } from "../shapes.ts";
import type { Person } from "./campaigns.ts";
import type { SegmentInput } from "./read-input.ts";
import { Refusal } from "./refusal.ts";

/** What is kept of segments. */
export interface Segments {
  /** By name. */
  readonly list: () => readonly Segment[];
  /** @throws Refusal segments/taken */
  readonly create: (by: Person, input: SegmentInput) => Segment;
}

type Row = Readonly<Record<string, string | number>>;

const select = `SELECT segments.*, (SELECT count(*) FROM campaigns WHERE segment_id = segments.id) AS campaign_count
  FROM segments`;

/** Opens segments in a database. `now` is the time of what happens. */
export function openSegments(database: DatabaseSync, now: () => Date): Segments {
  return {
    list: () => (database.prepare(`${select} ORDER BY name_key`).all() as Row[]).map(segmentOf),
    create: (by, { name, rule }) => {
      const id = randomUUID();
      // The unique key decides, so two who take one name at once don't both get it.
      const { changes } = database
        .prepare(
          `INSERT INTO segments (id, name, name_key, rule, created_by, created_by_name, created_at)
           VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name_key) DO NOTHING`,
        )
        .run(id, name, name.toLowerCase(), rule, by.id, by.name, now().toISOString());
      if (changes === 0) {
        const detail = `There is a segment “${name}” already. Choose another name.`;
        throw new Refusal("segments/taken", detail, [{ path: "name", detail }]);
      }
      return segmentOf(database.prepare(`${select} WHERE id = ?`).get(id) as Row);
    },
  };
}

function segmentOf(row: Row): Segment {
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
