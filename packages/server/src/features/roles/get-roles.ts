import type { Catalogue } from "@gatehouse/access";
import {
  type Language,
  language as languageSchema,
  type RoleView,
  type Total,
} from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Actor } from "../../auth/actor.ts";
import type { Ahead, ExpectedCaller } from "../../auth/read-ahead.ts";
import { translateRole } from "../../db/role-texts.ts";
import type { RowVersion } from "../../db/row-version.ts";
import { searchWords } from "../../db/search-words.ts";
import type { Deps } from "../../deps.ts";
import { notFound } from "../../errors/api-error.ts";
import { cappedTotal, cursorText, cutPage, decodeCursor, defaultLimit } from "../../http/pagination.ts";
import {
  type CountedRole,
  findCountedRole,
  type ListedRoles,
  listCountedRoles,
  listRolesAhead,
  type RolePage,
} from "./queries.ts";

/** The language is that of the first page: the list continues in its order. */
const position = z.strictObject({
  isOwner: z.boolean(),
  sortKey: cursorText,
  id: z.uuid(),
  language: z.nullable(languageSchema),
});

/** Query parameters of the list of roles. */
interface RoleListQuery {
  readonly query?: string | undefined;
  /** Of names and descriptions. */
  readonly language: Language | null;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** Reads a page of the unfiltered list together with the authentication. */
export function readRolesAhead(
  deps: Pick<Deps, "clock">,
  { organizationId, isCaller }: Pick<ExpectedCaller, "organizationId" | "isCaller">,
  input: RoleListQuery,
): Ahead<ListedRoles> | null {
  const page = toPage(deps, organizationId, input);
  return page.words.length > 0 ? null : listRolesAhead(page, isCaller);
}

function toPage(deps: Pick<Deps, "clock">, organizationId: string, input: RoleListQuery): RolePage {
  const after = decodeCursor(position, input.cursor);
  return {
    organizationId,
    words: searchWords(input.query),
    language: after === null ? input.language : after.language,
    after,
    limit: (input.limit ?? defaultLimit) + 1,
    now: deps.clock.now(),
  };
}

/** Lists roles in name order, the built-in role first. `query` filters by words in the name, the default one or the one that is shown. */
export async function listRoles(
  deps: Pick<Deps, "db" | "clock">,
  { organizationId, catalogue }: Pick<Actor, "organizationId" | "catalogue">,
  input: RoleListQuery,
  ahead: ListedRoles | null,
): Promise<{ readonly items: RoleView[]; readonly nextCursor: string | null; readonly total: Total }> {
  const page = toPage(deps, organizationId, input);
  const read = () => deps.db.tenant(organizationId, (tx) => listCountedRoles(tx, page), { readOnly: true });
  const { rows, count } = ahead ?? (await read());
  const { items, nextCursor } = cutPage(rows, page.limit - 1, ({ isOwner, sortKey, id }) => ({
    isOwner,
    sortKey,
    id,
    language: page.language,
  }));
  return {
    items: items.map((role) => toRoleView(catalogue, role, input.language)),
    nextCursor,
    total: cappedTotal(count),
  };
}

/**
 * A role and its version.
 * @throws ApiError not-found
 */
export async function getRole(
  deps: Pick<Deps, "db" | "clock">,
  actor: Actor,
  { roleId, language }: { readonly roleId: string; readonly language: Language | null },
  ahead: CountedRole | null,
): Promise<{ readonly role: RoleView; readonly version: RowVersion }> {
  const { organizationId } = actor;
  const now = deps.clock.now();
  const read = () =>
    deps.db.tenant(organizationId, (tx) => findCountedRole(tx, { organizationId, roleId, now }), {
      readOnly: true,
    });
  const role = ahead ?? (await read());
  if (role === null) throw notFound();
  return { role: toRoleView(actor.catalogue, role, language), version: role.version };
}

/**
 * The role in a language, with its own permissions, in catalogue order. Names that are no longer in the catalogue are left out, so that
 * the result can be sent back in an edit. The owner role has the whole catalogue.
 */
export function toRoleView(catalogue: Catalogue, role: CountedRole, language: Language | null): RoleView {
  const { name, description } = translateRole(role, language);
  const chosen = new Set(role.permissions);
  return {
    id: role.id,
    name,
    description,
    defaultName: role.name,
    defaultDescription: role.description,
    translations: role.translations,
    system: role.isOwner,
    permissions: catalogue.permissions.filter((permission) => role.isOwner || chosen.has(permission)),
    template: role.template,
    userCount: role.userCount,
    invitationCount: role.invitationCount,
    updatedAt: role.updatedAt.toISOString(),
  };
}
