/** Campaigns: SQL statements and state transitions. Each change is one statement, so that one of two concurrent changes fails. */
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { ActionRecord, Campaign, Channel, State } from "../types.ts";
import { ApiError } from "./api-error.ts";
import type { CampaignInput } from "./read-input.ts";

/** The user who does something. The id is the one in Gatehouse. */
export interface Actor {
  readonly id: string;
  readonly name: string;
}

/** The stored campaigns. */
export interface Campaigns {
  /** Newest first. */
  readonly list: () => readonly Campaign[];
  /** @throws ApiError campaigns/unknown */
  readonly get: (id: string) => Campaign;
  /** @throws ApiError segments/unknown */
  readonly create: (by: Actor, input: CampaignInput) => Campaign;
  /** Changes a draft or a campaign that was sent back. @throws ApiError */
  readonly edit: (id: string, version: number, input: CampaignInput) => Campaign;
  /** Asks for approval. @throws ApiError */
  readonly submit: (by: Actor, id: string, version: number) => Campaign;
  /** Decides: approved without a reason, sent back with one. @throws ApiError */
  readonly decide: (by: Actor, id: string, version: number, reason: string | null) => Campaign;
}

type Row = Readonly<Record<string, string | number | null>>;

const select = `SELECT campaigns.*, segments.name AS segment_name
  FROM campaigns JOIN segments ON segments.id = campaigns.segment_id`;

/** Campaigns in a database. `now` is the current time. */
export function openCampaigns(database: DatabaseSync, now: () => Date): Campaigns {
  const find = (id: string): Campaign | null => {
    const row = database.prepare(`${select} WHERE campaigns.id = ?`).get(id) as Row | undefined;
    return row === undefined ? null : toCampaign(row);
  };
  const get = (id: string): Campaign => {
    const campaign = find(id);
    if (campaign !== null) return campaign;
    throw new ApiError("campaigns/unknown", "There is no such campaign. Go back to the list.");
  };
  const requireSegment = ({ segmentId }: CampaignInput): void => {
    if (database.prepare("SELECT 1 FROM segments WHERE id = ?").get(segmentId) !== undefined) return;
    const detail = "Choose a segment from the list.";
    throw new ApiError("segments/unknown", detail, [{ path: "segmentId", detail }]);
  };
  return {
    list: () =>
      (database.prepare(`${select} ORDER BY campaigns.created_at DESC, campaigns.id`).all() as Row[]).map(
        toCampaign,
      ),
    get,
    create: (by, input) => {
      requireSegment(input);
      const id = randomUUID();
      database
        .prepare(
          `INSERT INTO campaigns (id, name, channel, segment_id, message, state, created_by, created_by_name, created_at)
           VALUES (?, ?, ?, ?, ?, 'draft', ?, ?, ?)`,
        )
        .run(
          id,
          input.name,
          input.channel,
          input.segmentId,
          input.message,
          by.id,
          by.name,
          now().toISOString(),
        );
      return get(id);
    },
    edit: (id, version, input) => {
      requireSegment(input);
      const { changes } = database
        .prepare(
          `UPDATE campaigns SET name = ?, channel = ?, segment_id = ?, message = ?, version = version + 1
           WHERE id = ? AND version = ? AND state IN ('draft', 'sent-back')`,
        )
        .run(input.name, input.channel, input.segmentId, input.message, id, version);
      if (changes === 0) throw explainUnchanged(get(id), version, "changed");
      return get(id);
    },
    submit: (by, id, version) => {
      const { changes } = database
        .prepare(
          `UPDATE campaigns SET state = 'submitted', version = version + 1, reason = NULL,
             submitted_by = ?, submitted_by_name = ?, submitted_at = ?,
             decided_by = NULL, decided_by_name = NULL, decided_at = NULL
           WHERE id = ? AND version = ? AND state IN ('draft', 'sent-back')`,
        )
        .run(by.id, by.name, now().toISOString(), id, version);
      if (changes === 0) throw explainUnchanged(get(id), version, "submitted");
      return get(id);
    },
    decide: (by, id, version, reason) => {
      const { changes } = database
        .prepare(
          `UPDATE campaigns SET state = ?, reason = ?, version = version + 1,
             decided_by = ?, decided_by_name = ?, decided_at = ?
           WHERE id = ? AND version = ? AND state = 'submitted' AND ? NOT IN (created_by, submitted_by)`,
        )
        .run(
          reason === null ? "approved" : "sent-back",
          reason,
          by.id,
          by.name,
          now().toISOString(),
          id,
          version,
          by.id,
        );
      if (changes === 0) throw explainUnchanged(get(id), version, "approved or sent back", by);
      return get(id);
    },
  };
}

const stateLabels: Readonly<Record<State, string>> = {
  draft: "a draft",
  submitted: "waiting for approval",
  approved: "approved",
  "sent-back": "sent back",
};

/** Explains why a statement changed no row. */
function explainUnchanged(campaign: Campaign, version: number, what: string, by?: Actor): ApiError {
  const { state, decided, submitted, created } = campaign;
  const isOwn = by !== undefined && [created.id, submitted?.id].includes(by.id);
  if (isOwn && state === "submitted")
    return new ApiError("campaigns/own", "You can’t decide about your own campaign. Ask another approver.");
  if (decided !== null && by !== undefined)
    return new ApiError(
      "campaigns/decided",
      `${decided.name} decided first: the campaign is already ${stateLabels[state]}.`,
    );
  if (campaign.version !== version)
    return new ApiError(
      "campaigns/changed",
      `The campaign was changed in the meantime; it is ${stateLabels[state]} now. Review it first.`,
    );
  return new ApiError("campaigns/state", `The campaign is ${stateLabels[state]}, so it can't be ${what}.`);
}

function toCampaign(row: Row): Campaign {
  return {
    id: String(row["id"]),
    name: String(row["name"]),
    channel: row["channel"] as Channel,
    segment: { id: String(row["segment_id"]), name: String(row["segment_name"]) },
    message: String(row["message"]),
    state: row["state"] as State,
    version: Number(row["version"]),
    created: {
      id: String(row["created_by"]),
      name: String(row["created_by_name"]),
      at: String(row["created_at"]),
    },
    submitted: toActionRecord(row, "submitted"),
    decided: toActionRecord(row, "decided"),
    reason: row["reason"] as string | null,
  };
}

function toActionRecord(row: Row, what: "submitted" | "decided"): ActionRecord | null {
  const at = row[`${what}_at`];
  return at === null
    ? null
    : { id: String(row[`${what}_by`]), name: String(row[`${what}_by_name`]), at: String(at) };
}
