/** The worker's part: changes a job's users one after the other, by the same code as an edit of a single one. */
import { setTimeout as wait } from "node:timers/promises";
import { DatabaseUnavailable, type Tx } from "../../database/database.ts";
import { isConflict } from "../../database/errors.ts";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { requireUnchanged } from "../../http/authority.ts";
import { Refusal } from "../../http/refusal.ts";
import type { UserJobMessage } from "../../outbox/enqueue.ts";
import { editUserIn, explainConflict, type WantedEdit } from "../users/index.ts";
import {
  doneOf,
  type JobUser,
  type JobUserResult,
  listNext,
  lockUserJob,
  raiseGeneration,
  refuseNext,
  type StoredUserJob,
  storeResults,
} from "./queries.ts";
import { refused, starterLostAccess } from "./refusals.ts";
import { findStarter } from "./rights.ts";

type RunDeps = Pick<Deps, "db" | "clock" | "ids" | "enqueue" | "log">;

/** A message works for so long and hands over to another: a server that stops need not wait, and jobs take turns. Milliseconds. */
const shift = 4_000;
/** A transaction takes no further user after so long: the embedded database serves one transaction at a time. */
const patience = 10;
/** And so long it rests between two, for requests that take more than one transaction. Milliseconds. */
const rest = 5;
/** Users in one transaction at most. */
const mostAtOnce = 20;
/** Users refused in one statement, once nobody may go on. */
const mostRefused = 2_000;
/** Tries for a user whom somebody else edits at the same moment. */
const mostTries = 3;

/**
 * Goes on with a job until it ends or the shift is over. Each transaction holds a few changes, their audit events and
 * results, and the job's progress: after a kill another worker goes on where that left off. It locks the job, so that
 * two workers take turns, and whoever stops the job comes between two transactions. A message that was handed over is void.
 * @throws DatabaseUnavailable when it should be tried again
 */
export async function runUserJob(deps: RunDeps, message: UserJobMessage): Promise<void> {
  const end = deps.clock.now().getTime() + shift;
  let most = mostAtOnce;
  for (;;) {
    const handsOver = deps.clock.now().getTime() >= end;
    const turn: Turn = { user: null, before: 0 };
    try {
      const goesOn = await deps.db.tenant(
        message.organizationId,
        (tx) => takeTurns(deps, tx, message, { most, handsOver, turn }),
        { system: "the worker goes on with a job, by the rights of who started it" },
      );
      if (!goesOn) return;
      most = mostAtOnce;
      if (deps.db.engine === "embedded") await wait(rest);
    } catch (error) {
      if (error instanceof DatabaseUnavailable || turn.user === null) throw error;
      // Nobody in this transaction was changed. Those before the one who failed come again, without them.
      most = turn.before;
      if (most === 0) {
        await refuse(deps, message, turn.user, error);
        most = mostAtOnce;
      }
    }
  }
}

/** Who was being changed when a transaction failed, and how many came before them in it. */
interface Turn {
  user: JobUser | null;
  before: number;
}

interface Limits {
  readonly most: number;
  readonly handsOver: boolean;
  readonly turn: Turn;
}

/** Changes the next few users. False when there is nothing left for this message. */
async function takeTurns(deps: RunDeps, tx: Tx, message: UserJobMessage, limits: Limits): Promise<boolean> {
  const startedAt = deps.clock.now();
  const job = await lockUserJob(tx, message);
  if (!isCurrent(job, message)) return false;
  const starter = await findStarter(tx, job, startedAt);
  let done: number;
  if (starter === null) {
    done = mostRefused;
    await refuseNext(tx, job, { why: refused(starterLostAccess(job)), most: done, now: startedAt });
  } else {
    const results = await changeNext(deps, tx, { job, starter: starter.actor }, limits);
    done = results.length;
    await storeResults(tx, job, { results, now: deps.clock.now() });
    requireUnchanged(tx, starter.authority, deps.clock.now());
  }
  limits.turn.user = null;
  if (doneOf(job) + done >= job.total) return false;
  if (!limits.handsOver) return true;
  await raiseGeneration(tx, job);
  await deps.enqueue(tx, [{ ...message, generation: message.generation + 1 }]);
  return false;
}

function isCurrent(job: StoredUserJob | null, message: UserJobMessage): job is StoredUserJob {
  return job !== null && job.generation === message.generation && job.finishedAt === null;
}

async function changeNext(
  deps: RunDeps,
  tx: Tx,
  { job, starter }: { readonly job: StoredUserJob; readonly starter: Actor },
  { most, turn }: Limits,
): Promise<readonly JobUserResult[]> {
  const end = deps.clock.now().getTime() + patience;
  const results: JobUserResult[] = [];
  for (const user of await listNext(tx, job, most)) {
    turn.user = user;
    turn.before = results.length;
    results.push(await change(deps, tx, starter, { job, user }));
    if (deps.clock.now().getTime() >= end) break;
  }
  return results;
}

async function change(
  deps: RunDeps,
  tx: Tx,
  starter: Actor,
  { job, user }: { readonly job: StoredUserJob; readonly user: JobUser },
): Promise<JobUserResult> {
  const { position, userId } = user;
  for (let tries = 1; ; tries += 1) {
    try {
      const { isChanged } = await editUserIn(deps, tx, starter, { userId, edit: editOf(job) });
      return { position, outcome: isChanged ? "changed" : "unchanged" };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "precondition/failed" && tries < mostTries) continue;
      return { position, ...refused(error) };
    }
  }
}

function editOf({ action, role }: StoredUserJob): WantedEdit {
  switch (action) {
    case "add-role":
      return { addRoleId: role?.id ?? "" };
    case "remove-role":
      return { removeRoleId: role?.id ?? "" };
    case "suspend":
      return { status: "suspended" };
    case "restore":
      return { status: "active" };
  }
}

/** Notes that the database refused a user, unless somebody else has gone on with the job. */
async function refuse(deps: RunDeps, message: UserJobMessage, user: JobUser, error: unknown): Promise<void> {
  const why = refusalFor(deps, message, user, error);
  await deps.db.tenant(
    message.organizationId,
    async (tx) => {
      const job = await lockUserJob(tx, message);
      if (!isCurrent(job, message) || doneOf(job) + 1 !== user.position) return;
      const results = [{ position: user.position, ...refused(why) }];
      await storeResults(tx, job, { results, now: deps.clock.now() });
    },
    { system: "a user whom the database refused" },
  );
}

function refusalFor(
  { log }: Pick<RunDeps, "log">,
  { jobId }: UserJobMessage,
  { userId }: JobUser,
  error: unknown,
): Refusal {
  const explained = explainConflict(error);
  if (explained instanceof Refusal) return explained;
  if (isConflict(error))
    return new Refusal("conflict/concurrent", {
      detail: "Somebody else changed this user again and again at that moment. Try it once more.",
    });
  log.error({ err: error, jobId, userId }, "A user could not be changed by a job.");
  return new Refusal("internal", {
    detail:
      "Something went wrong on the server. Try this user by themselves; if it stays, tell your operator.",
  });
}
