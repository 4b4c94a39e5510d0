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

test("a few writers of one organization run concurrently, the others in call order", async () => {
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

test("another organization doesn't wait for them, up to the total limit", async () => {
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

test("a wait times out, and its slot isn't lost to the others", async () => {
  const limits = createWriterLimits({ outside: 2, perOrganization: 1, total: 1 });
  const begun: string[] = [];
  const { work, endOne } = createWork(begun);
  const first = limits.run("acme", longWait, work("first"));
  await expect.poll(() => begun).toEqual(["first"]);
  for (const [key, reason] of [
    ["acme", "organization-busy"],
    ["other", "busy"],
  ] as const) {
    const late = limits.run(key, 1, work("late"));
    await expect(late).rejects.toBeInstanceOf(DatabaseUnavailable);
    await expect(late).rejects.toMatchObject({ reason });
  }
  endOne();
  expect(await first).toBe("first");
  const next = limits.run("other", longWait, work("next"));
  await expect.poll(() => begun).toEqual(["first", "next"]);
  endOne();
  expect(await next).toBe("next");
});

test("failing work frees its slot", async () => {
  const limits = createWriterLimits({ outside: 2, perOrganization: 1, total: 1 });
  const failing = limits.run("acme", longWait, () => Promise.reject(new Error("It failed.")));
  await expect(failing).rejects.toThrow("It failed.");
  expect(await limits.run("acme", longWait, async () => "fine")).toBe("fine");
});

test("writers outside organizations have their own limit", async () => {
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
