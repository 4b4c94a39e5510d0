import { expect, test } from "vitest";
import { Refusal } from "./refusal.ts";
import { refusePrototypeMembers } from "./refuse-prototype-members.ts";

test.each([
  ['{"__proto__": 1}', "__proto__"],
  ['{"a": {"__proto__": {}}}', "a.__proto__"],
  ['[{"a": [1, {"\\u005f_proto__": null}]}]', "0.a.1.__proto__"],
  [`{"${"x".repeat(1_000)}": {"__proto__": 1}}`, `${"x".repeat(99)}…`],
])("a member __proto__ is refused with its place: %s", (text, place) => {
  try {
    refusePrototypeMembers(JSON.parse(text));
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    expect([error.code, error.details.errors?.[0]?.path]).toEqual(["request/invalid", place]);
  }
});

test.each([
  "{}",
  "null",
  "5",
  '"__proto__"',
  '["__proto__"]',
  '{"a": {"proto": "__proto__"}, "constructor": 1}',
])("what has no such member passes: %s", (text) =>
  expect(() => refusePrototypeMembers(JSON.parse(text))).not.toThrow(),
);
