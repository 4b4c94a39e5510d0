/** Searches of the Authorization API: who may, what may they do, where. */
import { permissionSet, permissionsThatGive } from "@gatehouse/access";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { decodeCursor, encodeCursor } from "../../http/paging.ts";
import { Refusal } from "../../http/refusal.ts";
import { hashToken } from "../../ports/secrets.ts";
import { findRolesGiving } from "../roles/index.ts";
import { isOwn, subjectsOf, userIdOf } from "./evaluate.ts";
import { type ActiveUser, findHoldersOfRoles } from "./queries.ts";
import type { readActionSearch, readResourceSearch, readSubjectSearch } from "./question.ts";

/** Where the next things begin (an empty token at the end), and what was found. */
export interface Found<T> {
  readonly page: { readonly next_token: string; readonly count: number };
  readonly results: readonly T[];
}

/** An entity of the Authorization API. */
export interface Entity {
  readonly type: string;
  readonly id: string;
}

const usualLimit = 100;
/** A page may be shorter than was wished, never longer. */
const mostOnPage = 1_000;
const firstId = "00000000-0000-0000-0000-000000000000";
/** Where a page begins, how long the pages are, and of which search they are. */
const position = z.strictObject({
  id: z.uuid(),
  limit: z.int().check(z.gte(0), z.lte(mostOnPage)),
  search: z.string(),
});

/**
 * Active users who may do something in the organization, page by page in the order of their ids.
 * @throws Refusal access/malformed for a token that no page gave
 */
export async function searchSubjects(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  { subject, action, resource, page }: ReturnType<typeof readSubjectSearch>,
): Promise<Found<Entity>> {
  const { catalogue, organizationId } = actor;
  const search = [organizationId, subject.type, action.name, resource.type, resource.id].join("\n");
  const hash = hashToken(search).slice(0, 16);
  const { id: after, limit } = readPage(page, hash);
  if (subject.type !== "user" || !isOwn(actor, resource) || !catalogue.positions.has(action.name))
    return whole([]);
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
  const next = { id: results.at(-1)?.id ?? after, limit, search: hash };
  return {
    page: { next_token: ids.length > limit ? encodeCursor(next) : "", count: results.length },
    results,
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
  return { page: { next_token: "", count: results.length }, results };
}

/** A token continues the search that gave it, with pages as long as the first: whatever else is asked with it is a mistake. */
function readPage(
  page: ReturnType<typeof readSubjectSearch>["page"],
  search: string,
): { readonly id: string; readonly limit: number } {
  const wished = page?.limit === undefined ? undefined : Math.min(page.limit, mostOnPage);
  const at = readToken(page?.token);
  if (at === null) return { id: firstId, limit: wished ?? usualLimit };
  if (at.search === search && (wished ?? at.limit) === at.limit) return at;
  throw new Refusal("access/malformed", {
    detail:
      "page.token: It belongs to another search. Repeat that one, or leave the token out to begin anew.",
  });
}

function readToken(token: string | undefined): z.output<typeof position> | null {
  try {
    return decodeCursor(position, token === "" ? undefined : token);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal("access/malformed", {
      detail: "page.token: This is not a token that a page of this search gave. Leave it out to begin anew.",
    });
  }
}
