/** A request that is sent again because its answer was lost must not act again. */
import { sql } from "kysely";
import type { Tx } from "../database/database.ts";
import type { RowVersion } from "../database/row-version.ts";
import type { Clock } from "../ports/clock.ts";
import type { Actor } from "./actor.ts";
import { Refusal } from "./refusal.ts";

/** The request's `Idempotency-Key`, and a hash of everything else that it asks for. */
export interface Idempotency {
  readonly key: string;
  readonly requestHash: string;
}

/** An answer that can be given once more. */
export interface RepeatableAnswer<Body> {
  readonly status: number;
  readonly body: Body;
  readonly version?: RowVersion;
}

/**
 * Runs `work` once for each key of an actor, inside the transaction of the change: the second of two requests waits for
 * the first's commit and gets its answer. Without a key it just runs.
 * @throws Refusal idempotency/reused when the key came with another request
 */
export async function idempotently<Body>(
  deps: { readonly clock: Clock },
  tx: Tx,
  actor: Actor,
  idempotency: Idempotency | null,
  work: () => Promise<RepeatableAnswer<Body>>,
): Promise<RepeatableAnswer<Body>> {
  if (idempotency === null || actor.id === null) return work();
  const which = { organizationId: actor.organizationId, actorId: actor.id, ...idempotency };
  if (!(await claim(tx, which, deps.clock.now()))) return repeat<Body>(tx, which);
  const answer = await work();
  await sql`
    UPDATE idempotency_keys SET status = ${answer.status}, answer = ${JSON.stringify(answer)}::jsonb
    WHERE organization_id = ${which.organizationId} AND actor_id = ${which.actorId} AND key = ${which.key}`.execute(
    tx,
  );
  return answer;
}

type Which = Idempotency & { readonly organizationId: string; readonly actorId: string };

async function claim(tx: Tx, which: Which, now: Date): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO idempotency_keys (organization_id, actor_id, key, request_hash, created_at)
    VALUES (${which.organizationId}, ${which.actorId}, ${which.key}, ${which.requestHash}, ${now})
    ON CONFLICT DO NOTHING RETURNING 1`.execute(tx);
  return rows.length === 1;
}

async function repeat<Body>(tx: Tx, which: Which): Promise<RepeatableAnswer<Body>> {
  const { rows } = await sql<{ requestHash: string; answer: RepeatableAnswer<Body> | null }>`
    SELECT request_hash AS "requestHash", answer FROM idempotency_keys
    WHERE organization_id = ${which.organizationId} AND actor_id = ${which.actorId} AND key = ${which.key}`.execute(
    tx,
  );
  const [earlier] = rows;
  if (earlier?.requestHash === which.requestHash && earlier.answer !== null) return earlier.answer;
  throw new Refusal("idempotency/reused", {
    detail: "This Idempotency-Key came with another request before. Make a new key for each new request.",
  });
}
