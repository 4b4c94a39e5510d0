/** Searches of the Authorization API: who may, what may they do, where. */
import { permissionSet, permissionsThatGive } from "@gatehouse/access";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { decodeCursor, encodeCursor } from "../../http/paging.ts";
import { Refusal } from "../../http/refusal.ts";
import { findRolesGiving } from "../roles/index.ts";
import { isOwn, subjectsOf, userIdOf } from "./evaluate.ts";
import { type ActiveUser, findHoldersOfRoles } from "./queries.ts";
import type { readActionSearch, readResourceSearch, readSubjectSearch } from "./question.ts";

/** Found things, and where the next ones begin: an empty token at the end. */
export interface Found<T> {
  readonly results: readonly T[];
  readonly page: { readonly next_token: string; readonly count: number };
}

/** An entity of the Authorization API. */
export interface Entity {
  readonly type: string;
  readonly id: string;
}

const usualLimit = 100;
const firstId = "00000000-0000-0000-0000-000000000000";
const position = z.strictObject({ id: z.uuid() });

/**
 * Active users who may do something in the organization, page by page in the order of their ids.
 * @throws Refusal access/malformed for a token that no page gave
 */
export async function searchSubjects(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  { subject, action, resource, page }: ReturnType<typeof readSubjectSearch>,
): Promise<Found<Entity>> {
  const after = readToken(page?.token);
  const { catalogue, organizationId } = actor;
  if (subject.type !== "user" || !isOwn(actor, resource) || !catalogue.positions.has(action.name))
    return whole([]);
  const limit = page?.limit ?? usualLimit;
  const giving = permissionsThatGive(catalogue, action.name);
  const ids = await deps.db.tenant(
    organizationId,
    async (tx) => {
      const roles = await findRolesGiving(tx, organizationId, giving);
      const wanted = { roleIds: roles.map(({ id }) => id), now: deps.clock.now(), after, limit: limit + 1 };
      return findHoldersOfRoles(tx, organizationId, wanted);
    },
    { readOnly: true },
  );
  const results = ids.slice(0, limit).map((id) => ({ type: "user", id }));
  const last = results.at(-1);
  const hasMore = ids.length > limit && last !== undefined;
  return {
    results,
    page: { next_token: hasMore ? encodeCursor({ id: last.id }) : "", count: results.length },
  };
}

/** Everything that a user may do in the organization, on one page. */
export function searchActions(
  actor: Actor,
  users: readonly ActiveUser[],
  now: Date,
  { subject, resource }: ReturnType<typeof readActionSearch>,
): Found<{ readonly name: string }> {
  const found = subjectsOf(actor, users, now).get(userIdOf(subject) ?? "");
  if (found === undefined || !isOwn(actor, resource)) return whole([]);
  return whole(permissionSet.names(found.permissions).map((name) => ({ name })));
}

/** Where a user may do something: the key's organization, or nowhere that the key may know of. */
export function searchResources(
  actor: Actor,
  users: readonly ActiveUser[],
  now: Date,
  { subject, action, resource }: ReturnType<typeof readResourceSearch>,
): Found<Entity> {
  const found = subjectsOf(actor, users, now).get(userIdOf(subject) ?? "");
  const isKnown = resource.type === "organization" && actor.catalogue.positions.has(action.name);
  if (found === undefined || !isKnown || !permissionSet.has(found.permissions, action.name)) return whole([]);
  return whole([{ type: "organization", id: actor.organizationId }]);
}

function whole<T>(results: readonly T[]): Found<T> {
  return { results, page: { next_token: "", count: results.length } };
}

function readToken(token: string | undefined): string {
  try {
    return decodeCursor(position, token === "" ? undefined : token)?.id ?? firstId;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal("access/malformed", {
      detail: "page.token: This is not a token that a page of this search gave. Leave it out to begin anew.",
    });
  }
}
