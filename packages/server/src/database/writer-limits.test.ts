import { expect, test } from "vitest";
import { DatabaseUnavailable } from "./database.ts";
import { createWriterLimits } from "./writer-limits.ts";

/** Work that goes on until it is told to end, and that has noted its beginning. */
function createWork(begun: string[]) {
  const ends: (() => void)[] = [];
  const work = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name);
      ends.push(() => resolve(name));
    });
  return { work, endOne: () => ends.shift()?.() };
}

const longWait = 60_000;

test("a few writers of one organization run at once, the others in the order in which they came", async () => {
  const limits = createWriterLimits({ outside: 2, perOrganization: 2, total: 10 });
  const begun: string[] = [];
  const { work, endOne } = createWork(begun);
  const all = ["a", "b", "c", "d"].map((name) => limits.run("acme", longWait, work(name)));
  await expect.poll(() => begun).toEqual(["a", "b"]);
  endOne();
  await expect.poll(() => begun).toEqual(["a", "b", "c"]);
  endOne();
  await expect.poll(() => begun).toEqual(["a", "b", "c", "d"]);
  endOne();
  endOne();
  expect(await Promise.all(all)).toEqual(["a", "b", "c", "d"]);
});

test("another organization doesn't wait for them, until there are too many in all", async () => {
  const limits = createWriterLimits({ outside: 2, perOrganization: 2, total: 3 });
  const begun: string[] = [];
  const { work, endOne } = createWork(begun);
  const all = ["acme", "acme", "acme", "other", "third"].map((key) => limits.run(key, longWait, work(key)));
  await expect.poll(() => begun).toEqual(["acme", "acme", "other"]);
  for (const name of ["acme", "third"]) {
    endOne();
    await expect.poll(() => begun.includes(name)).toBe(true);
  }
  for (let left = 0; left < 3; left += 1) endOne();
  await Promise.all(all);
});

test("a wait ends in time, and its place is not lost to the others", async () => {
  const limits = createWriterLimits({ outside: 2, perOrganization: 1, total: 1 });
  const begun: string[] = [];
  const { work, endOne } = createWork(begun);
  const first = limits.run("acme", longWait, work("first"));
  await expect.poll(() => begun).toEqual(["first"]);
  for (const key of ["acme", "other"]) {
    const late = limits.run(key, 1, work("late"));
    await expect(late).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(late).rejects.toMatchObject({ reason: "busy" });
  }
  endOne();
  expect(await first).toBe("first");
  const next = limits.run("other", longWait, work("next"));
  await expect.poll(() => begun).toEqual(["first", "next"]);
  endOne();
  expect(await next).toBe("next");
});

test("work that fails makes room", async () => {
  const limits = createWriterLimits({ outside: 2, perOrganization: 1, total: 1 });
  const failing = limits.run("acme", longWait, () => Promise.reject(new Error("It failed.")));
  await expect(failing).rejects.toThrow("It failed.");
  expect(await limits.run("acme", longWait, async () => "fine")).toBe("fine");
});

test("outside organizations there are as many as that has of its own", async () => {
  const limits = createWriterLimits({ outside: 2, perOrganization: 1, total: 10 });
  const begun: string[] = [];
  const { work, endOne } = createWork(begun);
  const all = ["a", "b", "c"].map((name) => limits.run(null, longWait, work(name)));
  await expect.poll(() => begun).toEqual(["a", "b"]);
  endOne();
  await expect.poll(() => begun).toEqual(["a", "b", "c"]);
  endOne();
  endOne();
  await Promise.all(all);
});
