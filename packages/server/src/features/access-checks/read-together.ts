/** One look at the database for a key and for everybody who is asked about with it. */
import { type CompiledRole, permissionsOfRoles, type Subject, subjectAt } from "@gatehouse/access";
import { noVersion } from "../../database/row-version.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { catalogueOf, keptCatalogue } from "../../http/catalogues.ts";
import { keptRole, learnRoles } from "../../http/kept-roles.ts";
import { keyActor, organizationOfKey, refusalOfKey } from "../../http/keys.ts";
import { capKey } from "../../http/memberships.ts";
import { Refusal } from "../../http/refusal.ts";
import { hashToken } from "../../ports/secrets.ts";
import type { SubjectKey, Subjects } from "./evaluate.ts";
import { type KeyAndGrants, keyAndGrants } from "./queries.ts";

/** Who asks, and the active ones of the users in question. */
export interface Found {
  readonly key: Omit<Actor, "origin">;
  readonly subjects: Subjects;
}

type ReadDeps = Pick<Deps, "db" | "clock" | "lastUse">;

/** How often roles may change between a look and the next before it is given up. */
const mostLooks = 5;

/**
 * Reads key and grants, all in one statement. What roles give is known by their versions, or learnt, and then it is looked once
 * more: grants of one moment are never held against roles of another.
 * @throws Refusal auth/* for a key that doesn't count, unavailable while roles change without a pause
 */
export async function readTogether(
  deps: ReadDeps,
  bearer: string,
  keys: ReadonlySet<SubjectKey>,
): Promise<Found> {
  const own = organizationOfKey(bearer);
  const asked = { userIds: idsOf(keys, "user "), externalIds: idsOf(keys, "external ") };
  const secretHash = hashToken(bearer);
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const query = { secretHash, now: deps.clock.now() };
    const [row] = await deps.db.lookUp(own, keyAndGrants(own, { ...query, ...asked }));
    if (row === undefined || row.catalogueVersion === null) throw await refusalOfKey(deps, own, query);
    const found = workOut(own, row, query.now);
    if (found !== null) {
      deps.lastUse.noteKey(own, row, query.now);
      return found;
    }
    await learn(deps, own, row);
  }
  throw new Refusal("unavailable", {
    detail: "Roles are being changed without a pause. Try again in a moment.",
    retryAfter: 1,
  });
}

function idsOf(keys: ReadonlySet<SubjectKey>, kind: "user " | "external "): readonly string[] {
  return [...keys].filter((key) => key.startsWith(kind)).map((key) => key.slice(kind.length));
}

/** What was read, worked out; null while the catalogue or one of the roles isn't known as it is now. */
function workOut(own: string, row: KeyAndGrants, now: Date): Found | null {
  const catalogue = keptCatalogue(own, row.catalogueVersion ?? noVersion);
  if (catalogue === null) return null;
  const roles = new Map<string, CompiledRole>();
  const held = new Map<string, string[]>();
  const externalIds = new Map<string, string>();
  let creatorsStatus: "active" | "suspended" | null = null;
  for (const [userId, status, roleId, version, externalId] of row.grants ?? []) {
    if (userId === row.createdBy) creatorsStatus = status;
    if (status !== "active") continue;
    const ids = held.get(userId) ?? [];
    held.set(userId, ids);
    if (externalId !== null) externalIds.set(userId, externalId);
    if (roleId === null || version === null) continue;
    const role = roles.get(roleId) ?? keptRole(catalogue, roleId, version);
    if (role === null) return null;
    roles.set(roleId, role);
    ids.push(roleId);
  }
  const subjects = new Map<SubjectKey, Subject>();
  for (const [userId, ids] of held) {
    const grants = ids.map((roleId) => ({ roleId, grantedBy: "", grantedAt: now }));
    const subject = subjectAt({ catalogue, roles, grants, now });
    subjects.set(`user ${userId}`, subject);
    const externalId = externalIds.get(userId);
    if (externalId !== undefined) subjects.set(`external ${externalId}`, subject);
  }
  const creators = subjects.get(`user ${row.createdBy}`)?.permissions ?? permissionsOfRoles(catalogue, []);
  const rights = capKey(catalogue, { ...row, status: creatorsStatus }, creators);
  return { key: keyActor(own, row, rights), subjects };
}

async function learn({ db }: ReadDeps, own: string, { grants }: KeyAndGrants): Promise<void> {
  const ids = new Set((grants ?? []).flatMap(([, , roleId]) => roleId ?? []));
  await db.tenant(own, async (tx) => learnRoles(tx, own, await catalogueOf(tx, own), [...ids]), {
    readOnly: true,
    isPriority: true,
  });
}
