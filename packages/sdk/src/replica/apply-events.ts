/** Applies the events of an access stream: each replica is complete, or is still being built. */
import { GatehouseError } from "../client/gatehouse-error.ts";
import type { AccessEvents } from "../contract/changes.ts";
import type { ServerEvent } from "./read-events.ts";
import type { Replica } from "./replica.ts";

/** An event of an access stream. */
export type AccessEvent = {
  readonly [N in keyof AccessEvents]: {
    readonly name: N;
    readonly data: AccessEvents[N];
    readonly id: string | null;
  };
}[keyof AccessEvents];

/** A replica that has everything up to `position`. */
export interface CompleteReplica {
  readonly replica: Replica;
  /** The id of the last event, opaque to the client. */
  readonly position: string;
  readonly sequence: number;
  /** As in the `current` event. */
  readonly elapsed: number;
  /** The server's time. */
  readonly time: number;
  /** Checks may have other results than before. */
  readonly isChanged: boolean;
}

/** Parses an event; null for one that this version doesn't know. */
export function parseAccessEvent({ name, data, id }: ServerEvent): AccessEvent | null {
  return (eventNames as readonly string[]).includes(name)
    ? ({ name, data: JSON.parse(data), id } as AccessEvent)
    : null;
}

/**
 * Returns a function that takes the events of one stream, and gives a complete replica at each `current`. `replica` is the one to
 * continue; null without one. The function throws a GatehouseError for what is not valid.
 */
export function createEventApplier(
  createReplica: () => Replica,
  replica: Replica | null,
): (event: AccessEvent) => CompleteReplica | null {
  let complete = replica;
  // A new replica is built while the old one still serves checks. Changes are buffered until `current`: a partially applied
  // change may allow what neither state allows.
  let next: Replica | null = null;
  let buffered: AccessEvent[] = [];
  return (event) => {
    if (event.name === "reset") {
      // Buffered events belong to a state that was never complete, or to another history of the database.
      next = createReplica();
      buffered = [];
    }
    if (event.name !== "current") {
      if (next === null) buffered.push(event);
      else next.apply(event.name, event.data as never);
      return null;
    }
    const current = next ?? complete;
    if (current === null) throw new GatehouseError("gatehouse/protocol", "The stream began in the middle.");
    const { position, sequence, elapsed, time } = parseCurrent(event.data, event.id);
    const hasEvents = next !== null || buffered.length > 0;
    for (const { name, data } of buffered) current.apply(name, data as never);
    buffered = [];
    complete = current;
    next = null;
    return {
      replica: current,
      position,
      sequence,
      elapsed,
      time,
      isChanged: current.hasExpired(time) || hasEvents,
    };
  };
}

function parseCurrent(data: AccessEvents["current"], id: string | null) {
  const sequence = /^(\d+)\.[0-9a-f]+$/.exec(id ?? "")?.[1];
  if (id === null || sequence === undefined) throw invalidCurrent();
  return { position: id, sequence: Number(sequence), ...parseMoment(data) };
}

/** The moment of a `current` event. @throws GatehouseError for an invalid one, which must not make a replica look fresh */
export function parseMoment({ elapsed, at }: AccessEvents["current"]) {
  const time = Date.parse(at);
  if (!Number.isFinite(elapsed) || !Number.isFinite(time)) throw invalidCurrent();
  return { elapsed, time };
}

function invalidCurrent(): GatehouseError {
  return new GatehouseError("gatehouse/protocol", "The stream's `current` event is not valid.");
}

const eventNames: readonly (keyof AccessEvents)[] = [
  "reset",
  "catalogue",
  "roles",
  "snapshot",
  "users",
  "sessions",
  "current",
];
