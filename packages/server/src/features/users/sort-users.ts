/** Computes again what users are sorted by, after the language of their organization has changed. */
import type { Language } from "@gatehouse/sdk/contract";
import type { Tx } from "../../db/database.ts";
import { listOrganizationIds } from "../../db/list-organization-ids.ts";
import { sql } from "../../db/sql.ts";
import type { Deps } from "../../deps.ts";
import type { SortUsersJob } from "../../jobs/queues.ts";
import { nilUuid } from "../../ports/ids.ts";
import { buildNameKeys } from "./name-order.ts";

/** Users per transaction. */
const batch = 2_000;
/** Longer than a transaction of a request may take. */
const secondPassSeconds = 60;

const asSorting = { system: "computes a derived column: what users are sorted by" } as const;

/**
 * Sorts all users of an organization by the alphabet of its language. A minute later the same again, for users who were being created
 * when the language changed.
 */
export async function sortUsers(
  { db, enqueue }: Pick<Deps, "db" | "enqueue">,
  job: SortUsersJob,
): Promise<void> {
  const { organizationId, pass } = job;
  // If the language changes meanwhile, it isn't recorded as sorted: another job follows.
  let language: Language | null = null;
  let after = nilUuid;
  let sorted: readonly SortedUser[];
  do {
    const known = after;
    sorted = await db.tenant(organizationId, (tx) => sortNextUsers(tx, organizationId, known), asSorting);
    language ??= sorted[0]?.language ?? null;
    after = sorted.at(-1)?.id ?? after;
  } while (sorted.length === batch);
  await db.tenant(
    organizationId,
    async (tx) => {
      await tx.query(sql`UPDATE organizations SET users_sorted_in = ${language}::text
        WHERE organization_id = ${organizationId} AND language = ${language}::text`);
      if (pass === 1)
        await enqueue(tx, [{ kind: "sort-users", organizationId, pass: 2, delaySeconds: secondPassSeconds }]);
    },
    asSorting,
  );
}

/** A user, with the language of the organization at that time. */
interface SortedUser {
  readonly id: string;
  readonly name: string;
  readonly nameKey: string;
  readonly language: Language;
}

async function sortNextUsers(tx: Tx, organizationId: string, after: string): Promise<readonly SortedUser[]> {
  const { rows } = await tx.query(sql<SortedUser>`
    SELECT u.user_id AS id, u.name, u.name_key AS "nameKey", o.language
    FROM users u CROSS JOIN organizations o
    WHERE u.organization_id = ${organizationId} AND o.organization_id = ${organizationId}
      AND u.user_id > ${after}::uuid
    ORDER BY u.user_id LIMIT ${batch}`);
  const keys = rows.flatMap(({ id, name, nameKey, language }) => {
    const key = buildNameKeys(name)[language];
    return key === nameKey ? [] : [{ id, name, key }];
  });
  // A user who has got another name since has the key of that name.
  if (keys.length > 0)
    await tx.query(sql`
      UPDATE users u SET name_key = w.key
      FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS w(id uuid, name text, key text)
      WHERE u.organization_id = ${organizationId} AND u.user_id = w.id AND u.name = w.name`);
  return rows;
}

/** Sorts the users of organizations whose last change of the language came to no end, or was made by an older release. */
export async function sortUsersOfOrganizations(deps: Pick<Deps, "db" | "enqueue">): Promise<void> {
  for (const id of await listOrganizationIds(deps.db)) {
    const { rowCount } = await deps.db.tenant(
      id,
      (tx) =>
        tx.query(sql`SELECT FROM organizations
          WHERE organization_id = ${id} AND users_sorted_in <> language`),
      { readOnly: true },
    );
    if (rowCount > 0) await sortUsers(deps, { kind: "sort-users", organizationId: id, pass: 1 });
  }
}
