import { expect, test } from "vitest";
import { isAllowed, readDomains } from "./email-domains.ts";

test("domains are stored in one form, each once", () => {
  expect(
    readDomains(["B.example", "@a.example ", "b.example", "bücher.example", "not a domain", ""]),
  ).toEqual(["a.example", "b.example", "xn--bcher-kva.example"]);
});

test("an address is let in by its own domain, not by one above or below it", () => {
  const allowed = readDomains(["lodos.example", "bücher.example"]);
  expect(isAllowed("ada@lodos.example", allowed)).toBe(true);
  expect(isAllowed("ada@xn--bcher-kva.example", allowed)).toBe(true);
  expect(isAllowed("ada@mail.lodos.example", allowed)).toBe(false);
  expect(isAllowed("ada@notlodos.example", allowed)).toBe(false);
  expect(isAllowed("ada@example", allowed)).toBe(false);
  expect(isAllowed("ada@anywhere.example", [])).toBe(true);
});
