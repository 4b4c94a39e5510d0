import { expect, test } from "vitest";
import { createLog } from "./create-log.ts";

test("logs message, stack and cause of an error, and no values of a database row", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const cause = Object.assign(new Error("duplicate key"), {
    code: "23505",
    detail: "Key (email)=(ada@example.test) already exists.",
  });
  log.error({ err: new Error("It failed", { cause }) }, "said");
  const [line = ""] = lines;
  expect(line).not.toContain("ada@example.test");
  expect(JSON.parse(line)).toMatchObject({
    level: 50,
    msg: "said",
    err: {
      message: "It failed",
      stack: expect.stringContaining("create-log.test.ts"),
      cause: { message: "duplicate key", code: "23505" },
    },
  });
});

test("logs thrown values that aren't errors, and copies of errors", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const loop = new Error("round and round");
  loop.cause = loop;
  const several = new AggregateError([new Error("one"), new Error("two")], "several");
  const thrown = [
    "a word",
    { message: "copied", code: "57P01", detail: "secret" },
    { a: 1, b: "secret" },
    loop,
  ];
  for (const err of [...thrown, several]) log.error({ err }, "said");
  expect(lines.join("")).not.toMatch(/\[object Object\]|secret/);
  expect(lines.map((line) => JSON.parse(line).err)).toMatchObject([
    "a word",
    { type: "Error", message: "copied", code: "57P01" },
    "an object with the members a, b",
    { message: "round and round", cause: { message: "round and round" } },
    { message: "several", errors: [{ message: "one" }, { message: "two" }] },
  ]);
});

test("limits the length of a line", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const long = "x".repeat(1_000_000);
  const circle: { name: string; self?: unknown } = { name: long };
  circle.self = circle;
  const error = new Error(long, { cause: new Error(long, { cause: new Error(long, { cause: long }) }) });
  log.error({ err: Object.assign(error, { code: long }), url: long, list: Array(1_000).fill(long) }, "said");
  log.warn({ err: long, circle, object: Object.fromEntries(Array.from(long).map((_, at) => [at, at])) }, "x");
  log.info({ at: new Date(0), err: new Error("short"), ok: true, none: null }, "kept");
  for (const line of lines) expect(line.length).toBeLessThan(25_000);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ msg: "said", url: `${"x".repeat(999)}…` });
  expect(JSON.parse(lines[2] ?? "")).toMatchObject({
    at: "1970-01-01T00:00:00.000Z",
    err: { message: "short" },
    ok: true,
    none: null,
    msg: "kept",
  });
});
