/**
 * Batches access checks by API key. Requests that arrive while a statement of the same key is running are loaded by the next
 * one: a statement for twenty users costs little more than for one. Each check uses only data that was read after it arrived;
 * nothing is cached.
 */
import type { FastifyRequest } from "fastify";
import type { Actor } from "../../auth/actor.ts";
import { explainInvalidKey, parseKeyOrganization } from "../../auth/api-keys.ts";
import { apiKeyStatement } from "../../auth/memberships.ts";
import { publicBodyLimit } from "../../auth/policy.ts";
import { readBearerToken, readOrigin } from "../../auth/request-source.ts";
import type { Deps } from "../../deps.ts";
import { ApiError } from "../../errors/api-error.ts";
import { hashToken } from "../../ports/secrets.ts";
import type { SubjectKey, Subjects } from "./evaluate.ts";
import { type LoadedSubjects, loadSubjects } from "./load-subjects.ts";

/**
 * Rejects a request before its body is read unless it has a valid key. For a small body the format of the key is enough: public
 * routes accept as much from anyone, and the key is read later, in one statement with the subjects. For a larger body, or one of
 * unknown length, the key is looked up here and again with the subjects.
 * @throws ApiError auth/required, auth/*-key
 */
export async function preAuthenticate(
  deps: Pick<Deps, "db" | "clock">,
  request: FastifyRequest,
): Promise<void> {
  const bearer = requireBearerToken(request);
  const organizationId = parseKeyOrganization(bearer);
  // Without a length, as in chunks, this is NaN: not small.
  const length = Number(request.headers["content-length"] ?? Number.NaN);
  if (length <= publicBodyLimit) return;
  const query = { secretHash: hashToken(bearer), now: deps.clock.now() };
  const [row] = await deps.db.readInOneRoundTrip(organizationId, apiKeyStatement(organizationId, query));
  if (row === undefined || row.catalogueVersion === null)
    throw await explainInvalidKey(deps, organizationId, query);
}

/**
 * The API key of a request.
 * @throws ApiError auth/required
 */
function requireBearerToken(request: FastifyRequest): string {
  const bearer = readBearerToken(request);
  if (bearer === null)
    throw new ApiError("auth/required", {
      detail: "This endpoint needs an API key. Send it as Authorization: Bearer ghk_….",
    });
  return bearer;
}

/** The caller, and the active users among the requested subjects. */
export interface CheckContext {
  readonly actor: Actor;
  readonly subjects: Subjects;
}

/** Users in one statement, unless a single request has more. */
const maxUsersPerBatch = 200;

/** Statements that run at the same time for one key. */
const maxConcurrentReads = 2;

interface CheckQueue {
  readonly pending: PendingCheck[];
  activeReads: number;
}

interface PendingCheck {
  readonly keys: readonly SubjectKey[];
  readonly resolve: (loaded: LoadedSubjects) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Returns a function that loads the caller (by the API key of a request) and the permissions of the requested subjects. It
 * doesn't authorize: check the key's permissions afterwards. It throws auth/* for an invalid key.
 */
export function createCheckBatcher(
  deps: Pick<Deps, "db" | "clock" | "lastUse">,
): (request: FastifyRequest, keys: readonly SubjectKey[]) => Promise<CheckContext> {
  const queues = new Map<string, CheckQueue>();
  const processQueue = async (bearer: string, queue: CheckQueue): Promise<void> => {
    while (queue.pending.length > 0) {
      const batch = takeBatch(queue.pending);
      try {
        const loaded = await loadSubjects(deps, bearer, new Set(batch.flatMap(({ keys }) => keys)));
        for (const { resolve } of batch) resolve(loaded);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queue.activeReads -= 1;
    if (queue.activeReads === 0) queues.delete(bearer);
  };
  const enqueue = (bearer: string, keys: readonly SubjectKey[]): Promise<LoadedSubjects> =>
    new Promise((resolve, reject) => {
      const queue = queues.get(bearer) ?? { pending: [], activeReads: 0 };
      queues.set(bearer, queue);
      queue.pending.push({ keys, resolve, reject });
      if (queue.pending.length > 1 || queue.activeReads === maxConcurrentReads) return;
      queue.activeReads += 1;
      // Deferred, so that requests of the same turn of the event loop are part of the batch.
      setImmediate(() => void processQueue(bearer, queue));
    });
  return async (request, keys) => {
    const bearer = requireBearerToken(request);
    const { caller, subjects } = await enqueue(bearer, keys);
    return { actor: { ...caller, origin: readOrigin(request) }, subjects };
  };
}

function takeBatch(queue: PendingCheck[]): readonly PendingCheck[] {
  let users = 0;
  let count = 0;
  for (const { keys } of queue) {
    users += keys.length;
    if (users > maxUsersPerBatch && count > 0) break;
    count += 1;
  }
  return queue.splice(0, count);
}
