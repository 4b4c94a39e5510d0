import pg from "pg";
import { expect, test } from "vitest";
import { DatabaseUnavailable } from "../database/database.ts";
import { describeFailure } from "./describe-failure.ts";

// The words and the code are those of PgBouncer 1.18.
test("a pooler in statement mode is named, whichever way its refusal comes", () => {
  const refusal = new pg.DatabaseError(
    "transaction blocks not allowed in statement pooling mode",
    0,
    "error",
  );
  refusal.code = "08P01";
  const line =
    /^The pooler in DATABASE_URL runs in statement mode, which can't hold a transaction\. Set pool_mode = transaction /;
  expect(describeFailure(refusal)).toMatch(line);
  expect(describeFailure(new DatabaseUnavailable("broken", { cause: refusal }))).toMatch(line);
});
