import { expect, test } from "vitest";
import { addBasePath, getBasePath, removeBasePath } from "./base-path.ts";

test.each([
  ["https://gate.example.com", ""],
  ["https://example.com/gatehouse", "/gatehouse"],
  ["https://example.com/tools/gatehouse", "/tools/gatehouse"],
])("the base path of %s is '%s'", (publicUrl, basePath) => {
  expect(getBasePath({ publicUrl })).toBe(basePath);
});

test.each([
  ["/gatehouse", "/"],
  ["/gatehouse/", "/"],
  ["/gatehouse?q=1", "/?q=1"],
  ["/gatehouse/users?q=1", "/users?q=1"],
  ["/gatehouse/gatehouse", "/gatehouse"],
  ["/gatehouses", "/gatehouses"],
  ["/users/gatehouse/", "/users/gatehouse/"],
  ["/livez", "/livez"],
])("reads %s as %s", (url, path) => {
  expect(removeBasePath(url, "/gatehouse")).toBe(path);
  expect(removeBasePath(url, "")).toBe(url);
});

test("adds the base path to links of this host alone", () => {
  const html = '<a href="/help">a</a><form action="/help"></form><script src="/x.js"></script>';
  const other = '<a href="https://example.com/">b</a><a href="//example.com/">c</a><a href="#d">d</a>';
  expect(addBasePath(html + other, "/gatehouse")).toBe(
    `<a href="/gatehouse/help">a</a><form action="/gatehouse/help"></form><script src="/gatehouse/x.js"></script>${other}`,
  );
  expect(addBasePath("[Roles](/help/roles.md) [x](y.md)", "/gatehouse")).toBe(
    "[Roles](/gatehouse/help/roles.md) [x](y.md)",
  );
  expect(addBasePath(html, "")).toBe(html);
});
