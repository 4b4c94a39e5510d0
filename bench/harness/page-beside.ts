/** How long a page takes while nothing else runs, and beside other work. */
import { setTimeout as sleep } from "node:timers/promises";
import type { LoadRequest, Send } from "./closed-loop.ts";

/** Milliseconds between two requests: a few people who click. */
const pauseMs = 10;

/** Requests without other work. */
const idleRequests = 300;

/** Requests before the first one that counts. */
const warmUps = 50;

/** Milliseconds of each request while nothing else runs. */
export async function measureIdlePage(send: Send, page: LoadRequest): Promise<readonly number[]> {
  const times: number[] = [];
  for (let count = -warmUps; count < idleRequests; count += 1) {
    const ms = await timePage(send, page);
    if (count >= 0) times.push(ms);
  }
  return times;
}

/** Milliseconds of each request while `work` runs, with its result. */
export async function measurePageBeside<T>(
  send: Send,
  page: LoadRequest,
  work: () => Promise<T>,
): Promise<{ readonly times: readonly number[]; readonly result: T }> {
  const times: number[] = [];
  let isRunning = true;
  const ask = async (): Promise<void> => {
    while (isRunning) times.push(await timePage(send, page));
  };
  const asking = ask();
  try {
    return { result: await work(), times };
  } finally {
    isRunning = false;
    await asking;
  }
}

async function timePage(send: Send, page: LoadRequest): Promise<number> {
  await sleep(pauseMs);
  const startedAt = performance.now();
  await send(page);
  return performance.now() - startedAt;
}
