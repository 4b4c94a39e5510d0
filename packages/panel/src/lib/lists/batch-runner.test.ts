import { expect, test } from "vitest";
import { type BatchState, splitIntoBatches, startBatchRunner } from "./batch-runner.ts";

const numbers = Array.from({ length: 5 }, (_, index) => index);

/** A run whose batches the test resolves. */
function createRun() {
  const sent: { batch: readonly number[]; key: string; answer: PromiseWithResolvers<readonly string[]> }[] =
    [];
  const keys: string[] = [];
  const run = startBatchRunner<number, string>({
    batches: splitIntoBatches(numbers, 2),
    createKey: () => `key ${keys.push("")}`,
    send(batch, key) {
      const answer = Promise.withResolvers<readonly string[]>();
      sent.push({ batch, key, answer });
      return answer.promise;
    },
  });
  const until = (holds: (state: BatchState<string>) => boolean) =>
    expect.poll(() => holds(run.state())).toBe(true);
  const answer = async (index: number) => {
    await expect.poll(() => sent.length).toBeGreaterThan(index);
    const { batch, answer: waiting } = sent[index] ?? { batch: [], answer: Promise.withResolvers() };
    waiting.resolve(batch.map((one) => `did ${one}`));
  };
  return { run, sent, until, answer };
}

test("processes batches in order, each with its own key, and notifies after each", async () => {
  const { run, sent, until, answer } = createRun();
  let notified = 0;
  run.subscribe(() => (notified += 1));
  await answer(0);
  await until(({ results }) => results.length === 2);
  expect(run.state().phase).toBe("running");
  await answer(1);
  await answer(2);
  await until(({ phase }) => phase === "finished");
  expect(run.state().results).toEqual(numbers.map((one) => `did ${one}`));
  expect(sent.map(({ key }) => key)).toEqual(["key 1", "key 2", "key 3"]);
  expect(notified).toBeGreaterThanOrEqual(4);
});

test("retries only the failed batch, with the same key", async () => {
  const { run, sent, until, answer } = createRun();
  await answer(0);
  await expect.poll(() => sent.length).toBe(2);
  sent[1]?.answer.reject(new Error("cut off"));
  await until(({ phase }) => phase === "failed");
  expect(run.state()).toMatchObject({ error: { message: "cut off" }, results: ["did 0", "did 1"] });

  run.resume();
  await answer(2);
  await answer(3);
  await until(({ phase }) => phase === "finished");
  expect(sent.map(({ batch, key }) => [batch[0], key])).toEqual([
    [0, "key 1"],
    [2, "key 2"],
    [2, "key 2"],
    [4, "key 3"],
  ]);
  expect(run.state().results).toHaveLength(5);
});

test("stops after the current batch, and can continue", async () => {
  const { run, sent, until, answer } = createRun();
  await expect.poll(() => sent.length).toBe(1);
  run.stop();
  expect(run.state().phase).toBe("stopping");
  await answer(0);
  await until(({ phase }) => phase === "stopped");
  expect(run.state().results).toHaveLength(2);
  expect(sent).toHaveLength(1);

  run.resume();
  await answer(1);
  await answer(2);
  await until(({ phase }) => phase === "finished");
  expect(run.state().results).toHaveLength(5);
});

test("fails when the next batch can't be fetched, and fetches it again on resume", async () => {
  let attempts = 0;
  const run = startBatchRunner<number, number>({
    batches: {
      async next() {
        attempts += 1;
        if (attempts === 1) throw new Error("away");
        return attempts === 2 ? { done: false, value: [7] } : { done: true, value: undefined };
      },
    },
    createKey: () => "key",
    send: async (batch) => batch,
  });
  await expect.poll(() => run.state().phase).toBe("failed");
  run.resume();
  await expect.poll(() => run.state()).toMatchObject({ phase: "finished", results: [7] });
});
