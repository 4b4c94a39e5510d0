import { expect, test } from "vitest";
import { createBatchSize } from "./batch-size.ts";

test("each failure halves the size, down to one user, and each success doubles it, up to the maximum", () => {
  const size = createBatchSize(1_000);
  expect(size.get()).toBe(1_000);
  const sizes: number[] = [];
  for (let n = 0; n < 11; n += 1) {
    size.failed(size.get());
    sizes.push(size.get());
  }
  expect(sizes).toEqual([500, 250, 125, 62, 31, 15, 7, 3, 1, 1, 1]);
  size.succeeded();
  expect(size.get()).toBe(2);
  for (let n = 0; n < 20; n += 1) size.succeeded();
  expect(size.get()).toBe(1_000);
});

test("a failure of fewer users than wanted halves their number", () => {
  const size = createBatchSize(1_000);
  size.failed(10);
  expect(size.get()).toBe(5);
});
