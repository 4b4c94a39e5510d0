import type { SeveralResults } from "@gatehouse/sdk/contract";
import { chunksOf } from "../../../../app/lists/chunk-run.ts";
import { type PageRun, useChunkRun } from "../../../../app/lists/use-chunk-run.ts";
import { type Api, useApi } from "../../../../app/session/api.tsx";
import { currentTab, type InvitationSearch, kindOf } from "../invitation-search.ts";

/** What is to be done with which invitations. */
export interface BulkTask {
  readonly action: "resend" | "revoke" | "restore";
  /** Null for all that match the search. */
  readonly ids: readonly string[] | null;
  readonly search: InvitationSearch;
  /** How many there are; at least, where nobody counted further. */
  readonly count: number;
  readonly isAtLeast: boolean;
}

/** What became of one invitation. */
export type BulkResult = SeveralResults["results"][number];

const chunkSize = 100;

/** Works on invitations a hundred at a time: each hundred in one transaction, and once, however often it is asked. */
export function useBulkRun(): PageRun<string, BulkResult> & { readonly begin: (task: BulkTask) => void } {
  const api = useApi();
  const run = useChunkRun<string, BulkResult>();
  return {
    ...run,
    begin: (task) =>
      run.start({
        chunks: task.ids === null ? matching(api, task.search) : chunksOf(task.ids, chunkSize),
        send: (ids, key) => act(api, task.action, ids, key),
      }),
  };
}

async function act(
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
 * Every invitation that matches, page by page from the newest on. What is done with a page may take its rows out of the
 * list: the cursor is a place in time, so the next page is the same all the same.
 */
function matching(api: Api, search: InvitationSearch): AsyncIterator<readonly string[]> {
  let cursor: string | null = "";
  return {
    async next() {
      if (cursor === null) return { done: true, value: undefined };
      const query = {
        limit: String(chunkSize),
        ...kindOf(currentTab(search)),
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
