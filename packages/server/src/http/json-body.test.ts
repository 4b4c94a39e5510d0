import { expect, test } from "vitest";
import { ApiError } from "../errors/api-error.ts";
import { parseJsonBody, rejectPrototypeMembers } from "./json-body.ts";

const read = (text: string | Uint8Array): unknown =>
  parseJsonBody(typeof text === "string" ? new TextEncoder().encode(text) : text);

function getParseError(text: string | Uint8Array): ApiError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("It was taken.");
}

test("parses JSON in UTF-8 with escapes", () => {
  expect(read('{"name":"I\\u015f\\u0131l 🔑 ışıl","n":[1,{"a":null}]}')).toEqual({
    name: "Işıl 🔑 ışıl",
    n: [1, { a: null }],
  });
});

test("parses an empty body as undefined", () => {
  expect(read("")).toBeUndefined();
});

test("skips a byte order mark", () => {
  expect(read("\ufeff{}")).toEqual({});
});

test.each(["{", "{'a':1}", "nonsense", "[1,]", '"\u0000"', "\0", '{"a":1}{"b":2}'])(
  "rejects %j as malformed",
  (text) => {
    expect(getParseError(text)).toMatchObject({ code: "request/malformed", status: 400 });
  },
);

test("rejects bytes that aren't UTF-8", () => {
  const bytes = new Uint8Array([...Buffer.from('{"a":"'), 0xc3, 0x28, ...Buffer.from('"}')]);
  expect(getParseError(bytes)).toMatchObject({ code: "request/invalid", status: 422 });
});

test.each([
  ['{"name":"a\\u0000b"}', "name"],
  ['{"roles":["x",{"note":"\\ud800"}]}', "roles.1.note"],
  ['{"roles":["\\udc00\\ud800"]}', "roles.0"],
  ['{"a":{"\\u0000":1}}', "a"],
])("rejects the invalid string in %s with its path", (text, path) => {
  expect(getParseError(text)).toMatchObject({
    code: "request/invalid",
    details: { errors: [{ path, code: "invalid/characters" }] },
  });
});

test("accepts a character written as a surrogate pair of escapes", () => {
  expect(read('"\\ud83d\\udd11"')).toBe("🔑");
});

test.each([
  ["arrays", "[".repeat(100_000) + "]".repeat(100_000)],
  ["objects", '{"a":'.repeat(100_000)],
  ["both", '[{"a":'.repeat(20)],
])("rejects %s that are nested too deeply without building them", (_, text) => {
  expect(getParseError(text)).toMatchObject({
    code: "request/malformed",
    details: { detail: expect.stringContaining("nested") },
  });
});

test("accepts 32 levels and ignores brackets in strings", () => {
  const deep = "[".repeat(32) + "]".repeat(32);
  expect(() => read(deep)).not.toThrow();
  expect(read(JSON.stringify({ text: `${"[{".repeat(500)}\\"` }))).toEqual({
    text: `${"[{".repeat(500)}\\"`,
  });
});

test.each([
  ['{"a":1,"b":{"a":2},"a":3}', '"a"'],
  ['[{"x":1},{"x":1,"\\u0078" : 2}]', '"x"'],
  ['{"a":{"":0,"":1}}', '""'],
])("rejects %s because of a duplicate member", (text, name) => {
  expect(getParseError(text)).toMatchObject({
    code: "request/malformed",
    status: 400,
    details: { detail: expect.stringContaining(name) },
  });
});

test("accepts the same member in different objects, and strings that look like members", () => {
  const text = '[{"a":1},{"a":{"a":"a"},"b":["a","a",": \\"a\\":"]},"a"]';
  expect(read(text)).toEqual(JSON.parse(text));
});

test.each([
  ['{"__proto__": 1}', "__proto__"],
  ['{"a": {"__proto__": {}}}', "a.__proto__"],
  ['[{"a": [1, {"\\u005f_proto__": null}]}]', "0.a.1.__proto__"],
  [`{"${"x".repeat(1_000)}": {"__proto__": 1}}`, `${"x".repeat(99)}…`],
])("rejects a member __proto__ with its path: %s", (text, place) => {
  try {
    rejectPrototypeMembers(JSON.parse(text));
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
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
])("accepts a body without such a member: %s", (text) =>
  expect(() => rejectPrototypeMembers(JSON.parse(text))).not.toThrow(),
);
