import pg from "pg";
import { expect, test } from "vitest";
import { DatabaseUnavailable } from "./database.ts";
import { findUserLimit, isCheckViolation, toUnavailable } from "./errors.ts";

function databaseError(code: string, message: string): pg.DatabaseError {
  const error = new pg.DatabaseError(message, message.length, "error");
  error.code = code;
  return error;
}

test.each([
  ["57P01", "terminating connection due to administrator command", "unreachable"],
  ["53100", "could not extend file", "full"],
  ["55P03", "canceling statement due to lock timeout", "busy"],
  ["XX000", "failure on connection marked as essential: 10.0.0.2:5432", "unreachable"],
  ["XX000", "could not commit transaction for shard 102008 on any active node", "unreachable"],
])("%s, %s: the database is unavailable", (code, message, reason) => {
  const error = toUnavailable(databaseError(code, message));
  expect(error).toBeInstanceOf(DatabaseUnavailable);
  expect(error).toMatchObject({ reason });
});

test.each([
  ["XX000", "cache lookup failed for relation 1"],
  ["23505", "duplicate key value violates unique constraint"],
])("%s, %s: the error stays as it is", (code, message) => {
  const error = databaseError(code, message);
  expect(toUnavailable(error)).toBe(error);
});

test.each([
  ["organizations_user_limit", "the organization has 4 of 4 users", "4"],
  [undefined, "the organization has 4 users and 1 pending invitations of 5 users", "5"],
])("the limit of users is found with the constraint %s", (constraint, message, detail) => {
  expect(findUserLimit(Object.assign(databaseError("23514", message), { constraint, detail }))).toBe(detail);
});

test.each([
  [undefined, "the organization 7 has no active owner"],
  ["users_name_check", "the organization has 4 of 4 users"],
])("another check isn't the limit of users: %s, %s", (constraint, message) => {
  const error = Object.assign(databaseError("23514", message), { constraint });
  expect(findUserLimit(error)).toBeUndefined();
});

test.each([
  ["user_roles_owner_has_no_end", "the owner role has no end"],
  ["organizations_owner_count_check", "organization 7 has no active owner"],
  [
    "users_name_check",
    'new row for relation "users_102036" violates check constraint "users_name_check_102036"',
  ],
])("a worker's violation of %s is recognized by its message", (constraint, message) => {
  expect(isCheckViolation(databaseError("23514", message), constraint)).toBe(true);
  expect(isCheckViolation(databaseError("23514", message), "api_keys_name_check")).toBe(false);
});
