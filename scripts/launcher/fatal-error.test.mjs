import { expect, test } from "vitest";
import { FatalError, toFatalError } from "./fatal-error.mjs";

test.each(["EACCES", "EPERM", "EROFS"])("names the file of %s in one line, and what to do", (code) => {
  const error = Object.assign(new Error(`${code}: mkdir`), { code, path: "/opt/gatehouse/.cache" });
  const fatal = toFatalError(error);
  expect(fatal).toBeInstanceOf(FatalError);
  expect(fatal?.message).toMatch(/^\/opt\/gatehouse\/\.cache can't be written by this user\. .*npm start/);
  expect(fatal?.message).not.toContain("\n");
});

test.each([
  new Error("x"),
  Object.assign(new Error("EACCES"), { code: "EACCES" }),
  Object.assign(new Error("ENOENT"), { code: "ENOENT", path: "/x" }),
])("leaves %s as it is", (error) => {
  expect(toFatalError(error)).toBeNull();
});
