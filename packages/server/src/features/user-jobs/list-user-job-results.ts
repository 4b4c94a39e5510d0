import type { Total, UserJobOutcome, UserJobResult } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { cutPage, decodeCursor, defaultLimit } from "../../http/paging.ts";
import { notFound } from "../../http/refusal.ts";
import { viewResult } from "./job-view.ts";
import { doneOf, findUserJob, listResults, type StoredUserJob } from "./queries.ts";

/** A page of results, as it is asked for. */
export interface ResultListRequest {
  readonly outcome?: UserJobOutcome | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

const place = z.strictObject({ position: z.int().check(z.gte(1), z.lte(1_000_000)) });

/**
 * What became of each user, in the order of their turns.
 * @throws Refusal not-found, request/cursor
 */
export async function listUserJobResults(
  deps: Pick<Deps, "db">,
  { organizationId }: Actor,
  input: ResultListRequest & { readonly jobId: string },
): Promise<{
  readonly items: UserJobResult[];
  readonly nextCursor: string | null;
  readonly total: Total;
}> {
  const { jobId, outcome = null, limit = defaultLimit } = input;
  const after = decodeCursor(place, input.cursor)?.position ?? 0;
  return deps.db.tenant(
    organizationId,
    async (tx) => {
      const job = await findUserJob(tx, { organizationId, jobId });
      if (job === null) throw notFound();
      const rows = await listResults(tx, job, { outcome, after, limit: limit + 1 });
      const { items, nextCursor } = cutPage(rows, limit, ({ position }) => ({ position }));
      return {
        items: items.map(viewResult),
        nextCursor,
        total: { count: countOf(job, outcome), exact: true },
      };
    },
    { readOnly: true },
  );
}

function countOf(job: StoredUserJob, outcome: UserJobOutcome | null): number {
  if (outcome === null) return job.total;
  return outcome === "not-done" ? job.total - doneOf(job) : job[outcome];
}
