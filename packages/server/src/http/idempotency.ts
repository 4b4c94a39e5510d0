/** Idempotency keys: a request that is sent again because its response was lost isn't executed twice. */

import type { Actor } from "../auth/actor.ts";
import type { Tx } from "../db/database.ts";
import type { RowVersion } from "../db/row-version.ts";
import { sql } from "../db/sql.ts";
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
 * waits for the first's commit and gets its response. Without a key `work` just runs.
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
  if (!(await claimKey(tx, scopedKey, deps.clock.now()))) return replayResponse<Body>(tx, scopedKey);
  const response = await work();
  await tx.query(sql`
    UPDATE idempotency_keys SET status = ${response.status}, answer = ${JSON.stringify(response)}::jsonb
    WHERE organization_id = ${scopedKey.organizationId} AND actor_id = ${scopedKey.actorId} AND key = ${scopedKey.key}`);
  return response;
}

type ScopedKey = Idempotency & { readonly organizationId: string; readonly actorId: string };

async function claimKey(tx: Tx, scopedKey: ScopedKey, now: Date): Promise<boolean> {
  const { rows } = await tx.query(sql`
    INSERT INTO idempotency_keys (organization_id, actor_id, key, request_hash, created_at)
    VALUES (${scopedKey.organizationId}, ${scopedKey.actorId}, ${scopedKey.key}, ${scopedKey.requestHash}, ${now})
    ON CONFLICT DO NOTHING RETURNING 1`);
  return rows.length === 1;
}

async function replayResponse<Body>(tx: Tx, scopedKey: ScopedKey): Promise<StoredResponse<Body>> {
  const { rows } = await tx.query(sql<{ requestHash: string; answer: StoredResponse<Body> | null }>`
    SELECT request_hash AS "requestHash", answer FROM idempotency_keys
    WHERE organization_id = ${scopedKey.organizationId} AND actor_id = ${scopedKey.actorId} AND key = ${scopedKey.key}`);
  const [earlier] = rows;
  if (earlier?.requestHash === scopedKey.requestHash && earlier.answer !== null) return earlier.answer;
  throw new ApiError("idempotency/reused", {
    detail: "This Idempotency-Key came with another request before. Make a new key for each new request.",
  });
}
