/**
 * Slots for the requests of an organization that one process serves at the same time. A burst of one organization then takes turns
 * with the requests of the others: one of them waits for a few requests of the burst and not for all.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Semaphore } from "../semaphore.ts";

/**
 * A slot is free again after this time, whatever its request does: uploads and long statements must not keep the organization's other
 * requests waiting. Milliseconds.
 */
const maxHeld = 500;

/** Slots by key. */
export interface RequestSlots {
  /** Waits for a slot of `key`. It is free again when the response begins. */
  readonly take: (request: FastifyRequest, key: string) => Promise<void>;
}

/** Creates `count` slots for each key. */
export function createRequestSlots(app: FastifyInstance, count: number): RequestSlots {
  const semaphores = new Map<string, Semaphore>();
  const releases = new WeakMap<FastifyRequest, () => void>();
  const release = async (request: FastifyRequest): Promise<void> => releases.get(request)?.();
  app.addHook("onSend", release);
  app.addHook("onResponse", release); // also where the client left before there was a response
  return {
    take: async (request, key) => {
      const semaphore = semaphores.get(key) ?? new Semaphore(count);
      semaphores.set(key, semaphore);
      await semaphore.acquire();
      const end = (): void => {
        clearTimeout(timer);
        if (!releases.delete(request)) return;
        semaphore.release();
        if (semaphore.isIdle) semaphores.delete(key);
      };
      const timer = setTimeout(end, maxHeld);
      releases.set(request, end);
    },
  };
}
