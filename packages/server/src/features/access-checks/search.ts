/** Searches of the Authorization API: who may, what may they do, where. */
import { permissionSet, permissionsThatGive, type Subject } from "@gatehouse/access";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { decodeCursor, encodeCursor } from "../../http/paging.ts";
import { Refusal } from "../../http/refusal.ts";
import { hashToken } from "../../ports/secrets.ts";
import { findRolesGiving } from "../roles/index.ts";
import { isGroup, isOwn, namedPermission, type Subjects, subjectKey } from "./evaluate.ts";
import { findHoldersOfRoles } from "./queries.ts";
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
const nothing: Found<never> = { page: { next_token: "", count: 0 }, results: [] };
/** After what a page begins, how long the pages are, and of which search they are. */
const position = z.strictObject({
  after: z.string().check(z.maxLength(36)),
  limit: z.int().check(z.gte(1), z.lte(mostOnPage)),
  search: z.string(),
});

type Position = z.output<typeof position>;
type Page = ReturnType<typeof readSubjectSearch>["page"];

/**
 * Active users who may do something in the organization, page by page in the order of their ids.
 * @throws Refusal access/malformed for a token that no page gave
 */
export async function searchSubjects(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  asked: ReturnType<typeof readSubjectSearch>,
): Promise<Found<Entity>> {
  const { catalogue, organizationId } = actor;
  const { subject, action, resource } = asked;
  const { after, limit, search } = readPage("subject", actor, asked, { first: firstId, isPlace: isId });
  const named = namedPermission(actor, action, resource);
  if (subject.type !== "user" || "unknown" in named || limit === 0) return nothing;
  const giving = permissionsThatGive(catalogue, named.permission);
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
  const next: Position = { after: results.at(-1)?.id ?? after, limit, search };
  return {
    page: { next_token: ids.length > limit ? encodeCursor(next) : "", count: results.length },
    results,
  };
}

/**
 * Everything that a user may do in the organization, in catalogue order; for a resource of the type of a group the actions of
 * that group.
 */
export function searchActions(
  actor: Actor,
  subjects: Subjects,
  asked: ReturnType<typeof readActionSearch>,
): Found<{ readonly name: string }> {
  const at = readPage("action", actor, asked, offset);
  const { type } = asked.resource;
  const held = permissionSet.names(findSubject(subjects, asked.subject)?.permissions ?? nobody(actor));
  if (isOwn(actor, asked.resource))
    return pageOf(
      held.map((name) => ({ name })),
      at,
    );
  if (type === "organization" || !isGroup(actor.catalogue, type)) return pageOf([], at);
  const prefix = `${type}:`;
  const actions = held.filter((name) => name.startsWith(prefix));
  return pageOf(
    actions.map((name) => ({ name: name.slice(prefix.length) })),
    at,
  );
}

function findSubject(subjects: Subjects, subject: Entity): Subject | undefined {
  const key = subjectKey(subject);
  return key === null ? undefined : subjects.get(key);
}

const nobody = ({ catalogue }: Actor) => permissionSet.none(catalogue);

/** Where a user may do something: the key's organization, or nowhere that is known here. Single objects of a panel are not. */
export function searchResources(
  actor: Actor,
  subjects: Subjects,
  asked: ReturnType<typeof readResourceSearch>,
): Found<Entity> {
  const { subject, action, resource } = asked;
  const at = readPage("resource", actor, asked, offset);
  const found = findSubject(subjects, subject);
  const named = namedPermission(actor, action, { ...resource, id: actor.organizationId });
  const isKnown = resource.type === "organization" && "permission" in named;
  const isFound = found !== undefined && isKnown && permissionSet.has(found.permissions, named.permission);
  return pageOf(isFound ? [{ type: "organization", id: actor.organizationId }] : [], at);
}

/** Of results that are all known, those of one page. */
function pageOf<T>(results: readonly T[], { after, limit, search }: Position): Found<T> {
  const end = Number(after) + limit;
  const page = results.slice(Number(after), end);
  const next: Position = { after: String(end), limit, search };
  return {
    page: { next_token: limit > 0 && end < results.length ? encodeCursor(next) : "", count: page.length },
    results: page,
  };
}

/** How a search says after what a page begins: what it is for the first one, and what it can be. */
interface Places {
  readonly first: string;
  readonly isPlace: (text: string) => boolean;
}

const isId = (text: string): boolean => z.uuid().safeParse(text).success;
/** How many were shown. No catalogue has more than five digits of permissions. */
const offset: Places = { first: "0", isPlace: (text) => /^\d{1,5}$/.test(text) };

/** A token continues the search that gave it, with pages as long as the first: whatever else is asked with it is a mistake. */
function readPage(
  kind: "subject" | "action" | "resource",
  { organizationId }: Actor,
  { page, ...asked }: { readonly page?: Page },
  { first, isPlace }: Places,
): Position {
  const text = JSON.stringify([kind, organizationId, inOrder(asked)]);
  const search = hashToken(text).slice(0, 16);
  const wished = page?.limit === undefined ? undefined : Math.min(page.limit, mostOnPage);
  const at = readToken(page?.token);
  if (at === null) return { after: first, limit: wished ?? usualLimit, search };
  if (at.search === search && (wished ?? at.limit) === at.limit && isPlace(at.after)) return at;
  throw new Refusal("access/malformed", {
    detail:
      "page.token: It belongs to another search. Repeat that one, or leave the token out to begin anew.",
  });
}

/** The same value with the members of its objects sorted: their order means nothing. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}

function readToken(token: string | undefined): Position | null {
  try {
    return decodeCursor(position, token === "" ? undefined : token);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal("access/malformed", {
      detail: "page.token: This is not a token that a page of this search gave. Leave it out to begin anew.",
    });
  }
}
