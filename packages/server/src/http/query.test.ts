import { expect, test } from "vitest";
import { rejectInvalidQuery } from "./query.ts";

test.each([
  "/users",
  "/users?",
  "/users?query=",
  "/users?query=%C4%B1%C5%9F%C4%B1l+d&limit=5",
  "/users?query=%F0%9F%94%91",
  "/users?query=%EF%BF%BD",
])("reads %s", (url) => {
  expect(() => rejectInvalidQuery(url)).not.toThrow();
});

test.each([
  ["/users?query=a%FF", ["query"]],
  ["/users?limit=5&query=%C4", ["query"]],
  ["/users?query=%ED%A0%80", ["query"]],
  ["/users?query=%C0%AF", ["query"]],
  ["/users?query=100%", ["query"]],
  ["/users?query=%zz&role=%FE", ["query", "role"]],
  ["/users?%FF=1", [""]],
  ["/users?query=\u00e4", ["query"]],
])("rejects %s and names the parameter", (url, paths) => {
  const errors = paths.map((path) => expect.objectContaining({ path, code: "invalid/characters" }));
  expect(() => rejectInvalidQuery(url)).toThrow(
    expect.objectContaining({ code: "request/invalid", details: expect.objectContaining({ errors }) }),
  );
});
