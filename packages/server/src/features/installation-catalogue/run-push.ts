/** Runs a push in the worker, or on the command line: organization by organization, each in its own transaction. */
import { setTimeout as wait } from "node:timers/promises";
import { DatabaseUnavailable } from "../../db/database.ts";
import type { Deps } from "../../deps.ts";
import type { CataloguePushJob } from "../../jobs/queues.ts";
import { type ApplyDeps, applyPush } from "./apply-push.ts";
import { compilePush, type Push } from "./push.ts";
import { findPush, findPushVersion, listToDo, type PushOutcome, storeOutcome } from "./queries.ts";

/** After this time, in milliseconds, a new job continues the push: shutdown isn't delayed. */
const maxRunMs = 5_000;
/** Organizations that are read, and how many of them are changed at a time. The embedded database runs one transaction at a time. */
const batches = { postgres: { size: 100, concurrency: 4 }, embedded: { size: 10, concurrency: 1 } } as const;
/** Pause between batches, in milliseconds, for requests that need more than one transaction. Embedded only. */
const pauseMs = 5;

/** The last push; null before the first one. */
export async function loadPush({ db }: Pick<Deps, "db">): Promise<Push | null> {
  const stored = await db.shared(findPush, { readOnly: true });
  return stored === null ? null : compilePush(stored);
}

/**
 * Runs a push until every organization has it or the time is up. How it ended is stored with the changes of each organization, so another
 * worker continues after a crash. A push that a later one replaced ends.
 */
export async function runCataloguePush(
  deps: ApplyDeps & Pick<Deps, "enqueue">,
  job: CataloguePushJob,
): Promise<void> {
  const end = deps.clock.now().getTime() + maxRunMs;
  const push = await loadPush(deps);
  if (push === null || (job.version !== null && job.version !== push.version)) return;
  const isTimeUp = () => deps.clock.now().getTime() >= end;
  if (await pushToOrganizations(deps, push, { isTimeUp, apply: applyPush })) return;
  await deps.db.shared((tx) => deps.enqueue(tx, [{ ...job, version: push.version }]), {
    system: "a worker continues a push",
  });
}

/** How the organizations of a push are worked through. */
export interface PushRun {
  /** Whether it is to stop between two organizations. */
  readonly isTimeUp: () => boolean;
  readonly apply: (deps: ApplyDeps, organizationId: string, push: Push) => Promise<PushOutcome | null>;
}

/**
 * Goes once through the organizations in which the push hasn't ended. Returns whether none is left: false when the time is up.
 * @throws Error after all others, if the push couldn't be applied to some: they are still to do
 */
export async function pushToOrganizations(
  deps: ApplyDeps,
  push: Push,
  { isTimeUp, apply }: PushRun,
): Promise<boolean> {
  const { size, concurrency } = batches[deps.db.engine];
  const errors: unknown[] = [];
  for (let after: string | null = null; ; ) {
    const position: string | null = after;
    const ids = await readNext(deps, push, position, size);
    const waiting = [...ids];
    const runNext = async (): Promise<void> => {
      for (let id = waiting.shift(); id !== undefined && !isTimeUp(); id = waiting.shift()) {
        try {
          await apply(deps, id, push);
        } catch (error) {
          if (error instanceof DatabaseUnavailable && error.reason !== "organization-busy") throw error;
          errors.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, runNext));
    if (ids.length < size) break;
    if (isTimeUp()) return false;
    after = ids.at(-1) ?? null;
    if (deps.db.engine === "embedded") await wait(pauseMs);
  }
  if (errors.length > 0)
    throw new Error(`The push failed unexpectedly in ${errors.length} organizations. ${String(errors[0])}`, {
      cause: errors[0],
    });
  return !isTimeUp();
}

/** The next organizations; none when a later push has replaced this one. */
function readNext(
  { db }: Pick<Deps, "db">,
  { version }: Push,
  after: string | null,
  limit: number,
): Promise<readonly string[]> {
  return db.shared(
    async (tx) => {
      const [current, ids] = await Promise.all([
        findPushVersion(tx),
        listToDo(tx, version, { after, limit }),
      ]);
      return current === version ? ids : [];
    },
    { readOnly: true },
  );
}

/**
 * After the last attempt: tries each organization that is left once more, and stores a failure where that throws. Otherwise the push
 * would never end.
 */
export async function onPushRetriesExhausted(deps: ApplyDeps, job: CataloguePushJob): Promise<void> {
  const push = await loadPush(deps);
  if (push === null || (job.version !== null && job.version !== push.version)) return;
  await pushToOrganizations(deps, push, { isTimeUp: () => false, apply: applyOrFail });
}

async function applyOrFail(deps: ApplyDeps, organizationId: string, push: Push): Promise<PushOutcome | null> {
  try {
    return await applyPush(deps, organizationId, push);
  } catch (error) {
    if (error instanceof DatabaseUnavailable && error.reason !== "organization-busy") throw error;
    const outcome = {
      outcome: "failed",
      code: "internal",
      detail: "The server stopped after several attempts. Its log says why. Push again.",
    } as const;
    const result = { ...outcome, version: push.version, now: deps.clock.now() };
    await deps.db.tenant(organizationId, async (tx) => storeOutcome(tx, organizationId, result), {
      system: "ends a failed push",
    });
    return outcome;
  }
}
