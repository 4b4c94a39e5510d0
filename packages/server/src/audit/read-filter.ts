/** The filters of the log, as a request gives them. Pure. */
import * as z from "zod/mini";
import { Refusal } from "../http/refusal.ts";
import type { EventFilter } from "./queries.ts";

/** Filters as a query string has them. */
export interface RequestedFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly target?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The filter that a request asks for. `actor` is an id, or the word `system`.
 * @throws Refusal request/invalid for an id that can't be one
 */
export function readFilter(organizationId: string, requested: RequestedFilter): EventFilter {
  const { actor, action, target, from, to } = requested;
  return {
    organizationId,
    actor: actor === undefined ? null : readActor(actor),
    action: action ?? null,
    targetId: target === undefined ? null : readId(target, "target"),
    from: from === undefined ? null : new Date(from),
    to: to === undefined ? null : new Date(to),
  };
}

function readActor(actor: string): EventFilter["actor"] {
  return actor === "system" ? { type: "system", id: null } : { type: null, id: readId(actor, "actor") };
}

function readId(text: string, path: string): string {
  const parsed = z.uuid().safeParse(text);
  if (parsed.success) return parsed.data;
  const detail = `Give the id of ${path === "actor" ? "who did it" : "what it was done to"}, as users, roles and keys have it.`;
  throw new Refusal("request/invalid", { detail, errors: [{ path, code: "request/invalid", detail }] });
}
