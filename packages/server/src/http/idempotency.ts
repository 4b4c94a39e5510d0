/** Idempotency keys: a request that is sent again because its response was lost isn't executed twice. */

import type { Actor } from "../auth/actor.ts";
import type { Tx } from "../db/database.ts";
import type { RowVersion } from "../db/row-version.ts";
import { prepare, sql } from "../db/sql.ts";
import { ApiError } from "../errors/api-error.ts";
import type { Clock } from "../ports/clock.ts";

/** The request's `Idempotency-Key`, and a hash of the rest of the request. */
export interface Idempotency {
  readonly key: string;
  readonly requestHash: string;
}

/** A response that can be replayed. */
export interface StoredResponse<Body> {
  readonly status: number;
  readonly body: Body;
  readonly version?: RowVersion;
}

/**
 * Runs `work` once per key and actor, inside the transaction of the change: the second of two concurrent requests
 * waits for the first's commit and gets its response. Without a key `work` just runs. `work` reads something before it writes: its first
 * statements are sent together with the one that claims the key, and return only if that succeeds.
 * @throws ApiError idempotency/reused when the key came with another request
 */
export async function withIdempotency<Body>(
  deps: { readonly clock: Clock },
  tx: Tx,
  actor: Actor,
  idempotency: Idempotency | null,
  work: () => Promise<StoredResponse<Body>>,
): Promise<StoredResponse<Body>> {
  if (idempotency === null || actor.id === null) return work();
  const scopedKey = { organizationId: actor.organizationId, actorId: actor.id, ...idempotency };
  const claiming = claimKey<Body>(tx, scopedKey, deps.clock.now());
  tx.requireFirst(claiming);
  const [claim, outcome] = await Promise.allSettled([claiming, work()]);
  if (claim.status === "rejected") {
    if (claim.reason instanceof AlreadyAnswered) return claim.reason.answer as StoredResponse<Body>;
    throw claim.reason;
  }
  if (outcome.status === "rejected") throw outcome.reason;
  const response = outcome.value;
  tx.deferToCommit(sql`${prepare("storeResponse")}
    UPDATE idempotency_keys SET status = ${response.status}, answer = ${JSON.stringify(response)}::jsonb
    WHERE organization_id = ${scopedKey.organizationId} AND actor_id = ${scopedKey.actorId} AND key = ${scopedKey.key}`);
  return response;
}

type ScopedKey = Idempotency & { readonly organizationId: string; readonly actorId: string };

/** An earlier request with the key has the answer. */
class AlreadyAnswered extends Error {
  readonly answer: StoredResponse<unknown>;

  constructor(answer: StoredResponse<unknown>) {
    super("This request was answered before.");
    this.answer = answer;
  }
}

/** @throws AlreadyAnswered, ApiError idempotency/reused */
async function claimKey<Body>(tx: Tx, scopedKey: ScopedKey, now: Date): Promise<void> {
  const { rows } = await tx.query(sql<{
    requestHash: string;
    answer: StoredResponse<Body> | null;
  }>`${prepare("claimIdempotencyKey")}
    INSERT INTO idempotency_keys AS k (organization_id, actor_id, key, request_hash, created_at)
    VALUES (${scopedKey.organizationId}, ${scopedKey.actorId}, ${scopedKey.key}, ${scopedKey.requestHash}, ${now})
    -- Returns the row of an earlier request, and waits for one that is in progress.
    ON CONFLICT (organization_id, actor_id, key) DO UPDATE SET status = k.status
    RETURNING k.request_hash AS "requestHash", k.answer`);
  const [row] = rows;
  if (row === undefined || row.requestHash !== scopedKey.requestHash)
    throw new ApiError("idempotency/reused", {
      detail: "This Idempotency-Key came with another request before. Make a new key for each new request.",
    });
  if (row.answer !== null) throw new AlreadyAnswered(row.answer);
}
