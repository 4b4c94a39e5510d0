import { expect, test } from "vitest";
import { createSecrets } from "./secrets.ts";

const [first, second] = ["the first secret key of thirty-two", "the second secret key of thirty-two"];

test("what was made with the previous key stays valid, and nothing new is made with it", () => {
  const [old, both, later] = [createSecrets(first), createSecrets(second, first), createSecrets(second)];
  const signature = old.sign("a", "message");
  const encrypted = old.encrypt("a", "text", "owner");
  const signed = old.assertions.sign("document");

  expect(both.verify("a", "message", signature)).toBe(true);
  expect(both.listSignatures("a", "message")).toEqual([later.sign("a", "message"), signature]);
  expect(both.decrypt("a", encrypted, "owner")).toBe("text");
  expect(both.assertions.verify("document", signed)).toBe(true);
  expect(both.assertions.publicKeys).toEqual([later.assertions.publicKey, old.assertions.publicKey]);

  expect(both.sign("a", "message")).toBe(later.sign("a", "message"));
  expect(later.decrypt("a", both.encrypt("a", "text", "owner"), "owner")).toBe("text");
  expect(later.assertions.verify("document", both.assertions.sign("document"))).toBe(true);
});

test("a third key, another purpose, message or owner is refused with both keys", () => {
  const both = createSecrets(second, first);
  const foreign = createSecrets("a third secret key of thirty-two or more");
  for (const signature of [
    foreign.sign("a", "message"),
    both.sign("b", "message"),
    both.sign("a", "other"),
    "",
  ])
    expect(both.verify("a", "message", signature)).toBe(false);
  expect(both.decrypt("a", foreign.encrypt("a", "text", "owner"), "owner")).toBeNull();
  expect(both.decrypt("a", createSecrets(first).encrypt("a", "text", "other"), "owner")).toBeNull();
  expect(both.assertions.verify("document", foreign.assertions.sign("document"))).toBe(false);
});
