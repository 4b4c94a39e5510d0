import { expect, test } from "vitest";
import { isEmailAllowed, parseEmailDomains } from "./allowed-emails.ts";

test("normalizes domains and removes duplicates", () => {
  expect(
    parseEmailDomains(["B.example", "@a.example ", "b.example", "bücher.example", "not a domain", ""]),
  ).toEqual(["a.example", "b.example", "xn--bcher-kva.example"]);
});

test("allows an address by its exact domain only", () => {
  const allowed = parseEmailDomains(["lodos.example", "bücher.example"]);
  expect(isEmailAllowed("ada@lodos.example", allowed)).toBe(true);
  expect(isEmailAllowed("ada@xn--bcher-kva.example", allowed)).toBe(true);
  expect(isEmailAllowed("ada@mail.lodos.example", allowed)).toBe(false);
  expect(isEmailAllowed("ada@notlodos.example", allowed)).toBe(false);
  expect(isEmailAllowed("ada@example", allowed)).toBe(false);
  expect(isEmailAllowed("ada@anywhere.example", [])).toBe(true);
});
