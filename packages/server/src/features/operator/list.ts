/** The operator's lists of organizations. */
import type { OperatedOrganization, Total } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { searchWords, toContainsPattern } from "../../db/search-words.ts";
import type { Deps } from "../../deps.ts";
import { cappedTotal, cutPage, decodeCursor, defaultLimit, maxCounted } from "../../http/pagination.ts";
import { countOrganizations, findOrganizations, type OperatedRow } from "./queries.ts";

const position = z.strictObject({ id: z.uuid() });

/** Organizations with all words of the query in their names, the newest first. */
export async function listOrganizations(
  { db }: Pick<Deps, "db">,
  query: {
    readonly query?: string | undefined;
    readonly status?: OperatedOrganization["status"] | undefined;
    readonly cursor?: string | undefined;
    readonly limit?: number | undefined;
  },
): Promise<{
  readonly items: OperatedOrganization[];
  readonly nextCursor: string | null;
  readonly total: Total;
}> {
  const limit = query.limit ?? defaultLimit;
  const before = decodeCursor(position, query.cursor)?.id ?? null;
  const words = searchWords(query.query).toSorted((one, other) => other.length - one.length);
  const patterns = words.length === 0 ? null : words.map(toContainsPattern);
  const filter = { patterns, status: query.status ?? null };
  const [rows, count] = await db.shared(
    (tx) =>
      Promise.all([
        findOrganizations(tx, { ...filter, before, limit: limit + 1 }),
        countOrganizations(tx, { ...filter, max: maxCounted + 1 }),
      ]),
    { readOnly: true },
  );
  const { items, nextCursor } = cutPage(rows, limit, ({ id }) => ({ id }));
  return { items: items.map(toView), nextCursor, total: cappedTotal(count) };
}

const pageSize = 1_000;

/** All organizations, the oldest first. */
export async function listAllOrganizations({
  db,
}: Pick<Deps, "db">): Promise<readonly OperatedOrganization[]> {
  const found: OperatedRow[] = [];
  for (let before: string | null = null, count = pageSize; count === pageSize; ) {
    const page: { readonly before: string | null } = { before };
    const rows = await db.shared(
      (tx) => findOrganizations(tx, { patterns: null, status: null, ...page, limit: pageSize }),
      { readOnly: true },
    );
    found.push(...rows);
    count = rows.length;
    before = rows.at(-1)?.id ?? null;
  }
  return found.toReversed().map(toView);
}

/** Converts an organization to its JSON representation. */
export function toView({ userLimit, createdAt, restorableUntil, ...row }: OperatedRow): OperatedOrganization {
  const { id, name, language, status, userCount, ownerCount, invitationCount } = row;
  return {
    ...{ id, name, language, status, userCount, ownerCount, invitationCount },
    limits: { users: userLimit },
    createdAt: createdAt.toISOString(),
    restorableUntil: restorableUntil?.toISOString() ?? null,
  };
}
