import { expect, test } from "vitest";
import { Semaphore } from "./semaphore.ts";

test("limits concurrent work, and runs the rest in order", async () => {
  const semaphore = new Semaphore(2);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const all = [0, 1, 2, 3, 4].map((n) =>
    semaphore.run(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => ends.push(resolve));
      return n;
    }),
  );
  await expect.poll(() => begun).toEqual([0, 1]);
  ends[1]?.();
  await all[1];
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  for (let n = 0; n < 5; n += 1) {
    await expect.poll(() => ends.length).toBeGreaterThan(n);
    ends[n]?.();
  }
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3, 4]);
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

test("failed work frees its slot", async () => {
  const semaphore = new Semaphore(1);
  const failing = semaphore.run(() => Promise.reject(new Error("no")));
  const next = semaphore.run(async () => "yes");
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("yes");
  expect(await semaphore.run(async () => "again")).toBe("again");
});

test("a wait that times out takes no slot", async () => {
  const semaphore = new Semaphore(1);
  expect(await semaphore.acquire(1)).toBe(true);
  expect(await semaphore.acquire(1)).toBe(false);
  semaphore.release();
  expect(semaphore.isIdle).toBe(true);
  expect(await semaphore.acquire(1)).toBe(true);
  expect(semaphore.isIdle).toBe(false);
});
