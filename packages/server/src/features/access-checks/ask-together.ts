/**
 * Reads what questions are about. Those that come with one key while an answer is on its way wait for it and are then read
 * together: a statement for twenty costs little more than one for one. Each is answered from what was read after it came, and
 * nothing is kept.
 */
import type { FastifyRequest } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../http/actor.ts";
import { originOf } from "../../http/authenticate.ts";
import { requireBearer } from "./admit-body.ts";
import type { SubjectKey, Subjects } from "./evaluate.ts";
import { type Found, readTogether } from "./read-together.ts";

/** Who asks, and the active ones of the users in question. */
export interface Asked {
  readonly actor: Actor;
  readonly subjects: Subjects;
}

/** Users of one statement, unless a single request asks about more. */
const mostTogether = 200;

/** Statements that are under way for one key: while the database works on one, the next is gathered. */
const mostReaders = 2;

interface Queue {
  readonly waiting: Waiting[];
  readers: number;
}

interface Waiting {
  readonly keys: readonly SubjectKey[];
  readonly resolve: (found: Found) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes the function that reads who asks, by the API key of a request, and what the users hold that are asked about. What was read is
 * nothing yet: the caller checks what the key may know. It throws auth/* for a key that doesn't count.
 */
export function createAskTogether(
  deps: Pick<Deps, "db" | "clock" | "lastUse">,
): (request: FastifyRequest, keys: readonly SubjectKey[]) => Promise<Asked> {
  const queues = new Map<string, Queue>();
  const answerAll = async (bearer: string, queue: Queue): Promise<void> => {
    while (queue.waiting.length > 0) {
      const batch = takeBatch(queue.waiting);
      try {
        const found = await readTogether(deps, bearer, new Set(batch.flatMap(({ keys }) => keys)));
        for (const { resolve } of batch) resolve(found);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queue.readers -= 1;
    if (queue.readers === 0) queues.delete(bearer);
  };
  const enqueue = (bearer: string, keys: readonly SubjectKey[]): Promise<Found> =>
    new Promise((resolve, reject) => {
      const queue = queues.get(bearer) ?? { waiting: [], readers: 0 };
      queues.set(bearer, queue);
      queue.waiting.push({ keys, resolve, reject });
      if (queue.waiting.length > 1 || queue.readers === mostReaders) return;
      queue.readers += 1;
      // Not at once: what came in the same instant is part of it.
      setImmediate(() => void answerAll(bearer, queue));
    });
  return async (request, keys) => {
    const bearer = requireBearer(request);
    const { key, subjects } = await enqueue(bearer, keys);
    return { actor: { ...key, origin: originOf(request) }, subjects };
  };
}

function takeBatch(queue: Waiting[]): readonly Waiting[] {
  let users = 0;
  let count = 0;
  for (const { keys } of queue) {
    users += keys.length;
    if (users > mostTogether && count > 0) break;
    count += 1;
  }
  return queue.splice(0, count);
}
