import { expect, test } from "vitest";
import { safeNextPath } from "./next-path.ts";

test.each(["/users", "/users?q=in&status=active", "/users/0193#roles", "/accept#token", "/%C5%9F"])(
  "goes on to %s, a path of this site",
  (next) => {
    expect(safeNextPath(next)).toBe(next);
  },
);

test.each([
  "https://evil.example/",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n//evil.example",
  "javascript:alert(1)",
  "users",
  "",
  " /users",
  "/.//evil.example\\@x",
  `/${"a".repeat(3000)}`,
])("goes to the start page in place of %j", (next) => {
  expect(safeNextPath(next)).toBe("/");
});

test.each([undefined, null, 1, ["/users"], { toString: () => "/users" }])(
  "goes to the start page for %o",
  (next) => {
    expect(safeNextPath(next)).toBe("/");
  },
);

test.each(["/sign-in", "/sign-in?next=/sign-in", "/setup#token"])(
  "never leads back to the door: %s",
  (next) => {
    expect(safeNextPath(next)).toBe("/");
  },
);
