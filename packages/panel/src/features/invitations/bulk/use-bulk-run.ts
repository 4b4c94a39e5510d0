import type { SeveralResults } from "@gatehouse/sdk/contract";
import { type Api, useApi } from "../../../lib/api/use-api.tsx";
import { type BatchControls, splitIntoBatches, useBatchRunner } from "../../../lib/lists/batch-runner.ts";
import { getTab, type InvitationSearch, toTabFilter } from "../list/invitation-search.ts";

/** A bulk action and its invitations. */
export interface BulkTask {
  readonly action: "resend" | "revoke" | "restore";
  /** Null for all invitations that match the search. */
  readonly ids: readonly string[] | null;
  readonly search: InvitationSearch;
  /** Number of invitations; a lower bound if `isAtLeast`. */
  readonly count: number;
  readonly isAtLeast: boolean;
}

/** The result of one invitation. */
export type BulkResult = SeveralResults["results"][number];

const batchSize = 100;

/** Changes invitations in batches of 100: one transaction and one idempotency key for each batch. */
export function useBulkRun(): Omit<BatchControls<string, BulkResult>, "start"> & {
  readonly start: (task: BulkTask) => void;
} {
  const api = useApi();
  const run = useBatchRunner<string, BulkResult>();
  return {
    ...run,
    start: (task) =>
      run.start({
        batches:
          task.ids === null ? iterateMatching(api, task.search) : splitIntoBatches(task.ids, batchSize),
        send: (ids, key) => sendAction(api, task.action, ids, key),
      }),
  };
}

async function sendAction(
  api: Api,
  action: BulkTask["action"],
  ids: readonly string[],
  idempotencyKey: string,
): Promise<readonly BulkResult[]> {
  const call = { body: { invitationIds: [...ids] }, idempotencyKey };
  const { results } =
    action === "resend"
      ? await api("POST /organizations/:organizationId/invitations/resend", call)
      : action === "revoke"
        ? await api("POST /organizations/:organizationId/invitations/revoke", call)
        : await api("POST /organizations/:organizationId/invitations/restore", call);
  return results;
}

/**
 * Every matching invitation, page by page, newest first. The action may remove a page's rows from the list; the cursor is a
 * creation time, so the next page does not depend on them.
 */
function iterateMatching(api: Api, search: InvitationSearch): AsyncIterator<readonly string[]> {
  let cursor: string | null = "";
  return {
    async next() {
      if (cursor === null) return { done: true, value: undefined };
      const query = {
        limit: String(batchSize),
        ...toTabFilter(getTab(search)),
        ...(search.q === undefined ? {} : { query: search.q }),
        ...(cursor === "" ? {} : { cursor }),
      };
      const page = await api("GET /organizations/:organizationId/invitations", { query });
      cursor = page.nextCursor;
      if (page.items.length === 0) return { done: true, value: undefined };
      return { done: false, value: page.items.map(({ id }) => id) };
    },
  };
}
