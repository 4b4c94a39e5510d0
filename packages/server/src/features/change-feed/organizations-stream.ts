/** The server-sent event stream for a program of the operator: which organizations have changed. */
import type { OperatorEvents, OrganizationHead } from "@gatehouse/sdk/contract";
import { DatabaseUnavailable } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { HeadsSubscription, OrganizationHeads } from "./organization-heads.ts";

/** Organizations in one event: about 130 kB of JSON. */
const pageSize = 1_000;

/** The request. */
export interface OrganizationsStreamStart {
  /** Time of the request by `performance.now()`. */
  readonly openedAt: number;
  /** Milliseconds between two `current` events. */
  readonly heartbeatMs: number;
  /** Aborts when the client disconnects. */
  readonly signal: AbortSignal;
}

/**
 * Streams the positions of all organizations, and then of those that change, until the client disconnects or the server stops. While
 * the database is unavailable there is no `current` event, so that replicas become stale.
 */
export async function* organizationsStream(
  { clock, heads }: Pick<Deps, "clock"> & { readonly heads: Pick<OrganizationHeads, "isClosed"> },
  subscription: HeadsSubscription,
  { openedAt, heartbeatMs, signal }: OrganizationsStreamStart,
): AsyncGenerator<string, void, undefined> {
  let confirmedAt = Number.NEGATIVE_INFINITY;
  yield "retry: 1000\n\n";
  while (!signal.aborted && !heads.isClosed()) {
    await subscription.refresh(heartbeatMs / 2).catch(ignoreUnavailable);
    const syncedAt = subscription.syncedAt();
    const changed = subscription.take();
    for (let start = 0; start < changed.length; start += pageSize)
      yield formatOrganizations(changed.slice(start, start + pageSize));
    if (syncedAt > confirmedAt) {
      confirmedAt = syncedAt;
      const data = { elapsed: Math.floor(syncedAt - openedAt), at: clock.now().toISOString() };
      yield formatEvent("current", data);
    }
    await subscription.waitForNext(AbortSignal.any([signal, AbortSignal.timeout(heartbeatMs)]));
  }
}

function formatOrganizations(organizations: OrganizationHead[]): string {
  return formatEvent("organizations", { organizations });
}

function formatEvent<N extends keyof OperatorEvents>(name: N, data: OperatorEvents[N]): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof DatabaseUnavailable)) throw error;
}
