import { expect, test } from "vitest";
import { createLog } from "./create-log.ts";

test("an error is logged with words, place and cause, and without what the database tells of the row", () => {
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
