/** The stream that says which organizations have changed: one for all replicas. */
import { GatehouseError, toGatehouseError, unreachable } from "../client/gatehouse-error.ts";
import type { OperatorEvents, OrganizationHead } from "../contract/operator-access.ts";
import { parseMoment } from "../replica/apply-events.ts";
import { keepConnected } from "../replica/keep-connected.ts";
import type { readEvents } from "../replica/read-events.ts";
import { receiveEvents } from "../replica/receive-events.ts";
import type { ClockReading } from "../replica/runtime.ts";
import type { StalenessTracker } from "../replica/staleness.ts";
import { findStreamEnd, getBeatMs } from "../replica/sync.ts";
import type { OperatorConnection } from "./operator-connection.ts";

/** What following needs, and its callbacks. */
export interface FollowOptions {
  readonly connection: OperatorConnection;
  /** Every change up to its moment was passed to `onHeads`. */
  readonly staleness: StalenessTracker;
  readonly maxStaleness: number;
  /** A connection is being opened: nothing is known of what changed since the last one. */
  readonly onOpen: () => void;
  /** Organizations of the installation, or those that changed. */
  readonly onHeads: (heads: readonly OrganizationHead[]) => void;
  /** Called for each `current` event. At the first one of a connection all organizations have been passed. */
  readonly onCurrent: () => void;
  readonly onFailure: (error: GatehouseError) => void;
}

/** Follows until `signal` aborts. */
export async function followOrganizations(options: FollowOptions, signal: AbortSignal): Promise<void> {
  const { connection, staleness, maxStaleness } = options;
  const beatMs = getBeatMs(maxStaleness);
  const request = {
    send: connection.send,
    url: `${connection.base}/changes?beat=${beatMs}`,
    getTimeoutMs: () => Math.max(maxStaleness, 3 * beatMs),
    graceMs: beatMs,
    onActivity: () => undefined,
    toError: (response: Response) => toFollowError(connection.url, response),
  };
  await keepConnected(options, signal, async () => {
    options.onOpen();
    const result = await receiveEvents(request, signal, applyEvents);
    if (result === "failed") throw unreachable(connection.url);
  });

  async function applyEvents(
    openedAt: ClockReading,
    events: ReturnType<typeof readEvents>,
  ): Promise<"reconnect" | "failed"> {
    for await (const { name, data } of events) {
      if (name === "organizations")
        options.onHeads((JSON.parse(data) as OperatorEvents["organizations"]).organizations);
      if (name !== "current") continue;
      const { elapsed, time } = parseMoment(JSON.parse(data) as OperatorEvents["current"]);
      if (!staleness.record(openedAt, elapsed, time)) return "reconnect";
      options.onCurrent();
      const end = findStreamEnd(options, openedAt);
      if (end !== null) return end;
    }
    return "failed";
  }
}

async function toFollowError(url: string, response: Response): Promise<GatehouseError> {
  const error = await toGatehouseError(url, response);
  if (error.code !== "not-found") return error;
  const detail = `The Gatehouse at ${url} has no OPERATOR_TOKEN, or another path. Set it there, and give \`url\` as in PUBLIC_URL.`;
  return new GatehouseError("not-found", detail, error);
}
