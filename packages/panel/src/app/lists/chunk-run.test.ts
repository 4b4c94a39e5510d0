import { expect, test } from "vitest";
import { chunksOf, type RunState, startChunkRun } from "./chunk-run.ts";

const numbers = Array.from({ length: 5 }, (_, index) => index);

/** A run whose chunks are answered by hand. */
function controlled() {
  const asked: { chunk: readonly number[]; key: string; answer: PromiseWithResolvers<readonly string[]> }[] =
    [];
  const keys: string[] = [];
  const run = startChunkRun<number, string>({
    chunks: chunksOf(numbers, 2),
    makeKey: () => `key ${keys.push("")}`,
    send(chunk, key) {
      const answer = Promise.withResolvers<readonly string[]>();
      asked.push({ chunk, key, answer });
      return answer.promise;
    },
  });
  const until = (holds: (state: RunState<string>) => boolean) =>
    expect.poll(() => holds(run.state())).toBe(true);
  const answer = async (index: number) => {
    await expect.poll(() => asked.length).toBeGreaterThan(index);
    const { chunk, answer: waiting } = asked[index] ?? { chunk: [], answer: Promise.withResolvers() };
    waiting.resolve(chunk.map((one) => `did ${one}`));
  };
  return { run, asked, until, answer };
}

test("works chunk by chunk, each with a key of its own, and tells after each how far it is", async () => {
  const { run, asked, until, answer } = controlled();
  let told = 0;
  run.subscribe(() => (told += 1));
  await answer(0);
  await until(({ results }) => results.length === 2);
  expect(run.state().phase).toBe("running");
  await answer(1);
  await answer(2);
  await until(({ phase }) => phase === "finished");
  expect(run.state().results).toEqual(numbers.map((one) => `did ${one}`));
  expect(asked.map(({ key }) => key)).toEqual(["key 1", "key 2", "key 3"]);
  expect(told).toBeGreaterThanOrEqual(4);
});

test("a chunk that failed is tried again with its own key, and nothing else is repeated", async () => {
  const { run, asked, until, answer } = controlled();
  await answer(0);
  await expect.poll(() => asked.length).toBe(2);
  asked[1]?.answer.reject(new Error("cut off"));
  await until(({ phase }) => phase === "failed");
  expect(run.state()).toMatchObject({ error: { message: "cut off" }, results: ["did 0", "did 1"] });

  run.resume();
  await answer(2);
  await answer(3);
  await until(({ phase }) => phase === "finished");
  expect(asked.map(({ chunk, key }) => [chunk[0], key])).toEqual([
    [0, "key 1"],
    [2, "key 2"],
    [2, "key 2"],
    [4, "key 3"],
  ]);
  expect(run.state().results).toHaveLength(5);
});

test("a stop waits for the chunk on its way, and the run can go on from there", async () => {
  const { run, asked, until, answer } = controlled();
  await expect.poll(() => asked.length).toBe(1);
  run.stop();
  expect(run.state().phase).toBe("stopping");
  await answer(0);
  await until(({ phase }) => phase === "stopped");
  expect(run.state().results).toHaveLength(2);
  expect(asked).toHaveLength(1);

  run.resume();
  await answer(1);
  await answer(2);
  await until(({ phase }) => phase === "finished");
  expect(run.state().results).toHaveLength(5);
});

test("what can't be fetched fails the run, and is fetched again", async () => {
  let tries = 0;
  const run = startChunkRun<number, number>({
    chunks: {
      async next() {
        tries += 1;
        if (tries === 1) throw new Error("away");
        return tries === 2 ? { done: false, value: [7] } : { done: true, value: undefined };
      },
    },
    makeKey: () => "key",
    send: async (chunk) => chunk,
  });
  await expect.poll(() => run.state().phase).toBe("failed");
  run.resume();
  await expect.poll(() => run.state()).toMatchObject({ phase: "finished", results: [7] });
});
