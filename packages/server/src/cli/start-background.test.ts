import { expect, test } from "vitest";
import { createKeyedMutex } from "./start-background.ts";

test("runs work with the same key in order, other keys in parallel, and continues after a failure", async () => {
  const oneAtATime = createKeyedMutex();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = oneAtATime("a", async () => {
    log.push("a1 begins");
    await gate.promise;
    log.push("a1 ends");
    throw new Error("a1 failed");
  });
  const second = oneAtATime("a", async () => log.push("a2"));
  await oneAtATime("b", async () => log.push("b1"));
  expect(log).toEqual(["a1 begins", "b1"]);
  gate.resolve();
  await expect(first).rejects.toThrow("a1 failed");
  await second;
  expect(log).toEqual(["a1 begins", "b1", "a1 ends", "a2"]);
});
