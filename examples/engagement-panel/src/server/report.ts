/** The report, counted from the rows at each request. */
import type { DatabaseSync } from "node:sqlite";
import { type Channel, channels, type Report, type State, states } from "../types.ts";

/** Counts campaigns. */
export function readReport(database: DatabaseSync): Report {
  const rows = database
    .prepare("SELECT channel, state, count(*) AS count FROM campaigns GROUP BY channel, state")
    .all() as { channel: Channel; state: State; count: number }[];
  const count = (matches: (row: { channel: Channel; state: State }) => boolean): number =>
    rows.filter(matches).reduce((sum, row) => sum + row.count, 0);
  const countStates = (isIn: (row: { channel: Channel }) => boolean): Readonly<Record<State, number>> => {
    const counts = states.map((state) => [state, count((row) => row.state === state && isIn(row))]);
    return Object.fromEntries(counts);
  };
  const bySegment = database
    .prepare(
      `SELECT segments.name, count(campaigns.id) AS count, count(*) FILTER (WHERE state = 'approved') AS approved
       FROM segments LEFT JOIN campaigns ON campaigns.segment_id = segments.id
       GROUP BY segments.id ORDER BY count DESC, segments.name_key`,
    )
    .all() as { name: string; count: number; approved: number }[];
  const waiting = database
    .prepare("SELECT min(submitted_at) AS since FROM campaigns WHERE state = 'submitted'")
    .get() as { since: string | null };
  return {
    byState: countStates(() => true),
    byChannel: channels.map((channel) => ({
      channel,
      counts: countStates((row) => row.channel === channel),
    })),
    bySegment,
    waitingSince: waiting.since,
  };
}
