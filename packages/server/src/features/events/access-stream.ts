/** What a program is told that keeps a copy of who may do what, as the text of a server-sent event stream. */
import { can } from "@gatehouse/access";
import type { AccessEvents, ChangeEvent } from "@gatehouse/sdk/contract";
import { DatabaseUnavailable, type Tx } from "../../database/database.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { catalogueOf } from "../../http/catalogues.ts";
import { Refusal } from "../../http/refusal.ts";
import { findChanged, readRoles, readUsers, readUsersAfter } from "./access-queries.ts";
import { batch, type ChangeFeed, type Seat } from "./change-feed.ts";
import type { Follower, Start } from "./event-stream.ts";

/** Users in one event of a whole copy. */
const pageSize = 1_000;
/** Milliseconds: at least this often it is asked anew whether the key still counts. */
const checkEvery = 4_000;
const firstId = "00000000-0000-0000-0000-000000000000";

/** How a stream of this kind begins and goes. */
export interface AccessStart extends Start {
  /** When the request came in, by `performance.now()`. */
  readonly openedAt: number;
  /** Milliseconds between two words that nothing is missing. */
  readonly beat: number;
}

/**
 * The stream of one copy: whole if it has to begin anew, then what changes, until they go, may no longer ask, the server
 * stops, or the database ends. What is told up to a `current` is one state of the database, as of the moment that it names or later:
 * a copy that is handed over there allows nothing that wasn't allowed at one moment.
 */
export async function* accessStream(
  deps: Pick<Deps, "db" | "clock"> & { readonly feed: Pick<ChangeFeed, "isClosed"> },
  seat: Seat,
  follower: Follower,
  start: AccessStart,
): AsyncGenerator<string, void, undefined> {
  const { organizationId } = follower.actor;
  let { position } = start;
  let checkedAt = start.openedAt;
  let isPieced = start.isReset;
  yield "retry: 1000\n\n";
  try {
    if (start.isReset) yield* wholeCopy(deps.db, organizationId);
    while (!follower.gone.aborted && !deps.feed.isClosed()) {
      await seat.refresh(start.beat / 2);
      let seenUntil = seat.seenUntil();
      const changes = await seat.after(position);
      if (changes.length > 0 || performance.now() - checkedAt >= checkEvery) {
        if (!mayFollow(await follower.again())) return;
        checkedAt = performance.now();
      }
      if (isPieced || changes.length === batch || changes.some(isAboutAccess)) {
        isPieced = false;
        seenUntil = performance.now();
        const { parts, head } = await readChanged(deps.db, organizationId, position);
        yield* parts;
        position = head;
      } else position = changes.at(-1)?.sequence ?? position;
      const at = deps.clock.now().toISOString();
      yield event("current", { elapsed: Math.floor(seenUntil - start.openedAt), at }, position);
      await seat.next(position, AbortSignal.any([follower.gone, AbortSignal.timeout(start.beat)]));
    }
  } catch (error) {
    if (error instanceof Refusal || error instanceof DatabaseUnavailable) return;
    throw error;
  }
}

/** Whether somebody may know what everybody may do. */
function mayFollow(actor: Actor): boolean {
  return actor.type === "api-key" && can(actor, "users:view") && can(actor, "roles:view");
}

type Read = Pick<Deps["db"], "tenant">;
const readOnly = { readOnly: true } as const;

/**
 * Everything, page by page, so that no transaction waits for a slow reader. These are pieces of several states: what
 * changed since the position that was taken before has to be read once more.
 */
async function* wholeCopy(db: Read, organizationId: string): AsyncGenerator<string> {
  yield event("reset", {});
  yield await db.tenant(organizationId, (tx) => readCatalogue(tx, organizationId), readOnly);
  const roles = await db.tenant(organizationId, (tx) => readRoles(tx, organizationId, null), readOnly);
  yield event("roles", { roles: [...roles] });
  for (let after = firstId; ; ) {
    const page = { after, limit: pageSize };
    const users = await db.tenant(organizationId, (tx) => readUsersAfter(tx, organizationId, page), readOnly);
    const last = users.at(-1);
    if (last === undefined) return;
    yield event("users", { users: users.filter(({ grants }) => grants.length > 0) });
    if (users.length < pageSize) return;
    after = last.id;
  }
}

const oneState = { readOnly: true, isolation: "repeatable read" } as const;

/** How everything stands that changed after an event: one state, and the last event that it includes. */
function readChanged(
  db: Read,
  organizationId: string,
  after: number,
): Promise<{ readonly parts: readonly string[]; readonly head: number }> {
  return db.tenant(
    organizationId,
    async (tx) => {
      const { head, isOtherCatalogue, roleIds, userIds } = await findChanged(tx, organizationId, after);
      const parts: string[] = [];
      if (isOtherCatalogue) parts.push(await readCatalogue(tx, organizationId));
      if (isOtherCatalogue || roleIds.length > 0) {
        const roles = await readRoles(tx, organizationId, isOtherCatalogue ? null : roleIds);
        parts.push(event("roles", { roles: [...roles] }));
      }
      for (let from = 0; from < userIds.length; from += pageSize) {
        const users = await readUsers(tx, organizationId, userIds.slice(from, from + pageSize));
        parts.push(event("users", { users: [...users] }));
      }
      return { parts, head };
    },
    oneState,
  );
}

async function readCatalogue(tx: Tx, organizationId: string): Promise<string> {
  const { definition } = await catalogueOf(tx, organizationId);
  return event("catalogue", { groups: definition as AccessEvents["catalogue"]["groups"] });
}

/** Whether an event may have changed what somebody may do: others, such as a sign-in, come by the hundred. */
function isAboutAccess({ action }: ChangeEvent): boolean {
  return /^(users|roles|permissions)\./.test(action);
}

function event<N extends keyof AccessEvents>(name: N, data: AccessEvents[N], id?: number): string {
  return `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;
}
