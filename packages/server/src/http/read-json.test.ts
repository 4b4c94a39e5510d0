import { expect, test } from "vitest";
import { readJson } from "./read-json.ts";
import { Refusal } from "./refusal.ts";

const read = (text: string | Uint8Array): unknown =>
  readJson(typeof text === "string" ? new TextEncoder().encode(text) : text);

function refusalOf(text: string | Uint8Array): Refusal {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("It was taken.");
}

test("reads JSON in UTF-8, escapes included", () => {
  expect(read('{"name":"I\\u015f\\u0131l 🔑 ışıl","n":[1,{"a":null}]}')).toEqual({
    name: "Işıl 🔑 ışıl",
    n: [1, { a: null }],
  });
});

test("reads an empty body as none", () => {
  expect(read("")).toBeUndefined();
});

test("skips a byte order mark", () => {
  expect(read("\ufeff{}")).toEqual({});
});

test.each(["{", "{'a':1}", "nonsense", "[1,]", '"\u0000"', "\0", '{"a":1}{"b":2}'])(
  "refuses %j, which is no JSON, as malformed",
  (text) => {
    expect(refusalOf(text)).toMatchObject({ code: "request/malformed", status: 400 });
  },
);

test("refuses bytes that are not UTF-8", () => {
  const bytes = new Uint8Array([...Buffer.from('{"a":"'), 0xc3, 0x28, ...Buffer.from('"}')]);
  expect(refusalOf(bytes)).toMatchObject({ code: "request/invalid", status: 422 });
});

test.each([
  ['{"name":"a\\u0000b"}', "name"],
  ['{"roles":["x",{"note":"\\ud800"}]}', "roles.1.note"],
  ['{"roles":["\\udc00\\ud800"]}', "roles.0"],
  ['{"a":{"\\u0000":1}}', "a"],
])("refuses %s, a text that can't be stored, and says where", (text, path) => {
  expect(refusalOf(text)).toMatchObject({
    code: "request/invalid",
    details: { errors: [{ path, code: "invalid/characters" }] },
  });
});

test("takes a whole character that is written as two escapes", () => {
  expect(read('"\\ud83d\\udd11"')).toBe("🔑");
});

test.each([
  ["arrays", "[".repeat(100_000) + "]".repeat(100_000)],
  ["objects", '{"a":'.repeat(100_000)],
  ["both", '[{"a":'.repeat(20)],
])("refuses %s that are nested too deeply without building them", (_, text) => {
  expect(refusalOf(text)).toMatchObject({
    code: "request/malformed",
    details: { detail: expect.stringContaining("nested") },
  });
});

test("takes 32 levels, and brackets in texts are none", () => {
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
])("refuses %s, in which a member stands twice", (text, name) => {
  expect(refusalOf(text)).toMatchObject({
    code: "request/malformed",
    status: 400,
    details: { detail: expect.stringContaining(name) },
  });
});

test("takes the same member in different objects, and texts that look like members", () => {
  const text = '[{"a":1},{"a":{"a":"a"},"b":["a","a",": \\"a\\":"]},"a"]';
  expect(read(text)).toEqual(JSON.parse(text));
});
