/** Reads one organization from the server: everything, or what has changed since the replica's position. */
import { GatehouseError, toGatehouseError, unreachable } from "../client/gatehouse-error.ts";
import { type CompleteReplica, createEventApplier, parseAccessEvent } from "../replica/apply-events.ts";
import { receiveEvents } from "../replica/receive-events.ts";
import type { Replica } from "../replica/replica.ts";
import type { ClockReading } from "../replica/runtime.ts";
import { initialTimeoutMs } from "../replica/sync.ts";
import type { OperatorConnection } from "./operator-connection.ts";

/** What is read, and how. */
export interface LoadRequest {
  readonly connection: OperatorConnection;
  readonly id: string;
  /** Milliseconds without data after which it fails if there is a replica already. */
  readonly timeout: number;
  readonly createReplica: () => Replica;
  readonly before: {
    readonly replica: Replica | null;
    readonly position: string | null;
    readonly dropping: AbortController;
  };
}

/** A complete replica, and the time before the request. */
export interface LoadedOrganization extends CompleteReplica {
  readonly openedAt: ClockReading;
}

/** @throws GatehouseError */
export async function loadOrganization(load: LoadRequest): Promise<LoadedOrganization> {
  const { connection, id, timeout, before } = load;
  const query = before.position === null ? "" : `?after=${before.position}`;
  const request = {
    send: connection.send,
    url: `${connection.base}/organizations/${encodeURIComponent(id)}/access${query}`,
    getTimeoutMs: () => (before.replica === null ? initialTimeoutMs : timeout),
    graceMs: timeout / 4,
    onActivity: () => undefined,
    toError: (response: Response) => toLoadError(connection.url, id, response),
  };
  try {
    return await receiveEvents(request, before.dropping.signal, async (openedAt, events) => {
      const apply = createEventApplier(load.createReplica, before.replica);
      for await (const event of events) {
        const received = parseAccessEvent(event);
        const complete = received === null ? null : apply(received);
        if (complete !== null) return { ...complete, openedAt };
      }
      throw unreachable(connection.url);
    });
  } catch (error) {
    throw unreachable(connection.url, error);
  }
}

/** Whether there is no such organization, or none any more. */
export function isGone({ code, status }: GatehouseError): boolean {
  return status === 422 || code === "not-found" || code === "organization/removed";
}

/** The error for an organization that doesn't exist. */
export function goneError(url: string, id: string, response: Partial<GatehouseError> = {}): GatehouseError {
  const { status = null, requestId = null } = response;
  const detail = `There is no organization ${id} at ${url}. It was removed, or the id is of another installation.`;
  return new GatehouseError("not-found", detail, { status, requestId });
}

async function toLoadError(url: string, id: string, response: Response): Promise<GatehouseError> {
  const error = await toGatehouseError(url, response);
  return isGone(error) ? goneError(url, id, error) : error;
}
