import { byteOrderMark, csvLine } from "@gatehouse/sdk/contract";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { notFound } from "../../http/refusal.ts";
import { findUserJob, listResults, type StoredResult, type StoredUserJob } from "./queries.ts";

const pageSize = 1_000;

/**
 * Everybody for whom a job was refused, and then everybody whom it didn't come to if it ended early, as CSV, a piece for
 * each thousand. No transaction stays open between pieces.
 * @throws Refusal not-found
 */
export async function exportUserJobFailures(
  deps: Pick<Deps, "db">,
  { organizationId }: Actor,
  jobId: string,
): Promise<AsyncIterable<string>> {
  const job = await deps.db.tenant(organizationId, (tx) => findUserJob(tx, { organizationId, jobId }), {
    readOnly: true,
  });
  if (job === null) throw notFound();
  return pieces(deps, job);
}

async function* pieces(deps: Pick<Deps, "db">, job: StoredUserJob): AsyncGenerator<string, void, undefined> {
  yield byteOrderMark + csvLine(["userId", "name", "email", "outcome", "code", "detail"]);
  yield* piecesOf(deps, job, "refused");
  if (job.finishedAt !== null) yield* piecesOf(deps, job, "not-done");
}

async function* piecesOf(
  deps: Pick<Deps, "db">,
  job: StoredUserJob,
  outcome: "refused" | "not-done",
): AsyncGenerator<string, void, undefined> {
  for (let after = 0, isLast = false; !isLast; ) {
    const page = { outcome, after, limit: pageSize };
    const rows = await deps.db.tenant(job.organizationId, (tx) => listResults(tx, job, page), {
      readOnly: true,
    });
    yield rows.map(lineOf).join("");
    after = rows.at(-1)?.position ?? after;
    isLast = rows.length < pageSize;
  }
}

function lineOf({ userId, name, email, outcome, code, detail }: StoredResult): string {
  return csvLine([userId, name, email, outcome ?? "not-done", code, detail]);
}
