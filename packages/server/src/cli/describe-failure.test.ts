import pg from "pg";
import { expect, test } from "vitest";
import { DatabaseUnavailable } from "../db/database.ts";
import { describeFailure } from "./describe-failure.ts";

// Message and code of PgBouncer 1.18.
test("reports a pooler in statement mode, as a database error or as the cause of another error", () => {
  const error = new pg.DatabaseError("transaction blocks not allowed in statement pooling mode", 0, "error");
  error.code = "08P01";
  const line =
    /^The pooler in DATABASE_URL runs in statement mode, which can't hold a transaction\. Set pool_mode = transaction /;
  expect(describeFailure(error)).toMatch(line);
  expect(describeFailure(new DatabaseUnavailable("broken", { cause: error }))).toMatch(line);
});
