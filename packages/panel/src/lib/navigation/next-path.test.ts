import { expect, test } from "vitest";
import { safeNextPath } from "./next-path.ts";

test.each(["/users", "/users?q=in&status=active", "/users/0193#roles", "/accept#token", "/%C5%9F"])(
  "accepts %s, a path on this site",
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
])("replaces %j with the start page", (next) => {
  expect(safeNextPath(next)).toBe("/");
});

test.each([undefined, null, 1, ["/users"], { toString: () => "/users" }])(
  "replaces %o with the start page",
  (next) => {
    expect(safeNextPath(next)).toBe("/");
  },
);

test.each(["/sign-in", "/sign-in?next=/sign-in", "/setup#token"])(
  "replaces the authentication page %s with the start page",
  (next) => {
    expect(safeNextPath(next)).toBe("/");
  },
);
