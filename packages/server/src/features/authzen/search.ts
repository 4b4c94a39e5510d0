/** Subject, action and resource searches of the Authorization API. */
import { permissionSet, permissionsThatGive, type Subject } from "@gatehouse/access";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { decodeCursor, encodeCursor } from "../../http/pagination.ts";
import { nilUuid } from "../../ports/ids.ts";
import { hashToken } from "../../ports/secrets.ts";
import { findRolesGranting } from "../roles/index.ts";
import {
  isOwnOrganization,
  isPermissionGroup,
  resolvePermission,
  type Subjects,
  toSubjectKey,
} from "./evaluate.ts";
import { findUsersWithRoles } from "./load-subjects.ts";
import type { parseActionSearch, parseResourceSearch, parseSubjectSearch } from "./request-schema.ts";

/** Results of one page. The token is empty on the last page. */
export interface SearchResponse<T> {
  readonly page: { readonly next_token: string; readonly count: number };
  readonly results: readonly T[];
}

/** An entity of the Authorization API. */
export interface Entity {
  readonly type: string;
  readonly id: string;
}

const defaultPageSize = 100;
/** A page may be shorter than requested, never longer. */
const maxPageSize = 1_000;
const emptyResponse: SearchResponse<never> = { page: { next_token: "", count: 0 }, results: [] };
/** Where a page starts, the page size, and a hash of the search. */
const pageTokenSchema = z.strictObject({
  after: z.string().check(z.maxLength(36)),
  limit: z.int().check(z.gte(1), z.lte(maxPageSize)),
  search: z.string(),
});

type PageToken = z.output<typeof pageTokenSchema>;
type PageRequest = ReturnType<typeof parseSubjectSearch>["page"];

/**
 * Active users who have a permission in the organization, ordered by id.
 * @throws ApiError access/malformed for an invalid page token
 */
export async function searchSubjects(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  request: ReturnType<typeof parseSubjectSearch>,
): Promise<SearchResponse<Entity>> {
  const { catalogue, organizationId } = actor;
  const { subject, action, resource } = request;
  const { after, limit, search } = readPageToken("subject", actor, request, {
    start: nilUuid,
    isValid: isId,
  });
  const resolved = resolvePermission(actor, action, resource);
  if (actor.closure !== undefined) return emptyResponse;
  if (subject.type !== "user" || "unknown" in resolved || limit === 0) return emptyResponse;
  const grantingPermissions = permissionsThatGive(catalogue, resolved.permission);
  const ids = await deps.db.tenant(
    organizationId,
    async (tx) => {
      const roles = await findRolesGranting(tx, organizationId, grantingPermissions);
      const filter = { roleIds: roles.map(({ id }) => id), now: deps.clock.now(), after, limit: limit + 1 };
      return findUsersWithRoles(tx, organizationId, filter);
    },
    { readOnly: true },
  );
  const results = ids.slice(0, limit).map((id) => ({ type: "user", id }));
  const next: PageToken = { after: results.at(-1)?.id ?? after, limit, search };
  return {
    page: { next_token: ids.length > limit ? encodeCursor(next) : "", count: results.length },
    results,
  };
}

/** Permissions of a user in catalogue order; for a resource whose type is a permission group, the actions of that group. */
export function searchActions(
  actor: Actor,
  subjects: Subjects,
  search: ReturnType<typeof parseActionSearch>,
): SearchResponse<{ readonly name: string }> {
  const token = readPageToken("action", actor, search, offset);
  const { type } = search.resource;
  const held = permissionSet.names(
    findSubject(subjects, search.subject)?.permissions ?? noPermissions(actor),
  );
  if (isOwnOrganization(actor, search.resource))
    return paginate(
      held.map((name) => ({ name })),
      token,
    );
  if (type === "organization" || !isPermissionGroup(actor.catalogue, type)) return paginate([], token);
  const prefix = `${type}:`;
  const actions = held.filter((name) => name.startsWith(prefix));
  return paginate(
    actions.map((name) => ({ name: name.slice(prefix.length) })),
    token,
  );
}

function findSubject(subjects: Subjects, subject: Entity): Subject | undefined {
  const key = toSubjectKey(subject);
  return key === null ? undefined : subjects.get(key);
}

const noPermissions = ({ catalogue }: Actor) => permissionSet.none(catalogue);

/** The key's organization when the user has the permission there. Single objects of a panel aren't known here. */
export function searchResources(
  actor: Actor,
  subjects: Subjects,
  search: ReturnType<typeof parseResourceSearch>,
): SearchResponse<Entity> {
  const { subject, action, resource } = search;
  const token = readPageToken("resource", actor, search, offset);
  const found = findSubject(subjects, subject);
  const resolved = resolvePermission(actor, action, { ...resource, id: actor.organizationId });
  const isKnownType = resource.type === "organization" && "permission" in resolved;
  const isFound =
    found !== undefined && isKnownType && permissionSet.has(found.permissions, resolved.permission);
  return paginate(isFound ? [{ type: "organization", id: actor.organizationId }] : [], token);
}

/** One page of a complete list. */
function paginate<T>(results: readonly T[], { after, limit, search }: PageToken): SearchResponse<T> {
  const end = Number(after) + limit;
  const page = results.slice(Number(after), end);
  const next: PageToken = { after: String(end), limit, search };
  return {
    page: { next_token: limit > 0 && end < results.length ? encodeCursor(next) : "", count: page.length },
    results: page,
  };
}

/** Format of `after` in a page token. */
interface PageTokenFormat {
  readonly start: string;
  readonly isValid: (text: string) => boolean;
}

const isId = (text: string): boolean => z.uuid().safeParse(text).success;
/** Number of skipped results. A catalogue has fewer than 100,000 permissions. */
const offset: PageTokenFormat = { start: "0", isValid: (text) => /^\d{1,5}$/.test(text) };

/** A token is valid only for the same search and page size. */
function readPageToken(
  kind: "subject" | "action" | "resource",
  { organizationId }: Actor,
  { page, ...request }: { readonly page?: PageRequest },
  { start, isValid }: PageTokenFormat,
): PageToken {
  const text = JSON.stringify([kind, organizationId, sortMembers(request)]);
  const search = hashToken(text).slice(0, 16);
  const requestedLimit = page?.limit === undefined ? undefined : Math.min(page.limit, maxPageSize);
  const token = decodePageToken(page?.token);
  if (token === null) return { after: start, limit: requestedLimit ?? defaultPageSize, search };
  if (token.search === search && (requestedLimit ?? token.limit) === token.limit && isValid(token.after))
    return token;
  throw new ApiError("access/malformed", {
    detail: "page.token: It belongs to another search. Repeat that one, or omit the token to start over.",
  });
}

/** The same value with object members sorted: their order has no meaning in JSON. */
function sortMembers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortMembers);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sortMembers(member)]));
}

function decodePageToken(token: string | undefined): PageToken | null {
  try {
    return decodeCursor(pageTokenSchema, token === "" ? undefined : token);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError("access/malformed", {
      detail: "page.token: This is not a page token of this search. Omit it to start over.",
    });
  }
}
