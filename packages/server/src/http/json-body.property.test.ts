/** Properties of the body parser for arbitrary JSON values. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ApiError } from "../errors/api-error.ts";
import { parseJsonBody } from "./json-body.ts";

const read = (text: string): unknown => parseJsonBody(new TextEncoder().encode(text));

/** States that a property holds for every value. */
function always<T>(values: fc.Arbitrary<T>, claim: (value: T) => void): void {
  // A synchronous property is checked synchronously; `assert` is typed for both kinds.
  void fc.assert(fc.property(values, claim), { numRuns: 300 });
}

function readErrorCode(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  }
  return "read";
}

/** Signs that mean something to a reader of JSON, among any others that can be stored. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("{", "}", "[", "]", '"', "\\", "\\\\", ":", ",", '":', '\\"', "\\u0041", "\n"),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""))
  .filter((joined) => joined.isWellFormed() && !joined.includes("\0"));

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text,
    fc.double({ noDefaultInfinity: true, noNaN: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(text, tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
}));

test("parses everything that JSON.stringify writes", () => {
  always(fc.tuple(value, fc.constantFrom(undefined, 1, "\t")), ([one, space]) => {
    const written = JSON.stringify(one, null, space);
    expect(read(written)).toEqual(JSON.parse(written));
  });
});

/** A JSON string that means the same, with some of its characters as escapes. */
function escaped(name: string, which: number): string {
  const units = Array.from({ length: name.length }, (_, index) => {
    const unit = name.charCodeAt(index);
    return (which >> (index % 16)) % 2 === 1
      ? `\\u${unit.toString(16).padStart(4, "0")}`
      : JSON.stringify(String.fromCharCode(unit)).slice(1, -1);
  });
  // An escaped lone surrogate must not be next to an unescaped one.
  return /[\ud800-\udfff]/.test(name) ? JSON.stringify(name) : `"${units.join("")}"`;
}

test("rejects a duplicate member at any depth, also when escaped", () => {
  const members = fc.array(fc.tuple(text, value), { maxLength: 4 });
  const around = fc.constantFrom(
    (object: string) => object,
    (object: string) => `[1, ${object}]`,
    (object: string) => `{"outside": {"}": "{"}, "in": ${object}}`,
    (object: string) => ` \n[[], {}, "]", ${object} , "\\""]`,
  );
  const space = fc.constantFrom("", " ", "\n\t", "\r ");
  always(fc.tuple(text, fc.nat(), members, around, space), ([name, which, others, wrap, gap]) => {
    const between = others
      .filter(([other]) => other !== name)
      .map(([other, part]) => `${JSON.stringify(other)}:${JSON.stringify(part)}`);
    const unique = [...new Map(between.map((member) => [member.split(":", 1)[0], member])).values()];
    const object = [`${JSON.stringify(name)}:1`, ...unique, `${escaped(name, which)}${gap}:${gap}2`];
    expect(readErrorCode(wrap(`{${object.join(`,${gap}`)}}`))).toBe("request/malformed");
  });
});

test("accepts 32 nested levels and rejects 33, ignoring brackets in strings", () => {
  always(fc.tuple(fc.array(fc.boolean(), { minLength: 32, maxLength: 32 }), text), ([kinds, inside]) => {
    const leaf = JSON.stringify(`${inside}${"[{".repeat(40)}`);
    const nest = (inner: string) =>
      kinds.reduceRight((part, isList) => (isList ? `[${part}]` : `{${leaf}:${part}}`), inner);
    expect(readErrorCode(nest(leaf))).toBe("read");
    expect(readErrorCode(nest("[]"))).toBe("request/malformed");
    expect(readErrorCode(`[${nest("1").replace("1", leaf)}, {}]`)).toBe("request/malformed");
  });
});

test("closed brackets don't count towards the depth", () => {
  always(fc.nat({ max: 200 }), (count) => {
    expect(readErrorCode(`[${Array(count).fill('[{"a":[]}]').join()}]`)).toBe("read");
  });
});

test("finds the end of strings that end in backslashes", () => {
  always(fc.tuple(fc.nat({ max: 9 }), fc.boolean()), ([count, isTwice]) => {
    const name = `${"\\".repeat(count)}"${"\\".repeat(count)}`;
    const other = isTwice ? name : `${name}x`;
    const written = `{${JSON.stringify(name)}:"{",${JSON.stringify(other)}:"\\\\"}`;
    expect(readErrorCode(written)).toBe(isTwice ? "request/malformed" : "read");
  });
});

test("accepts 2,000 members and rejects one more", () => {
  const wide = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, index) => [`m${index}`, []])));
  expect(readErrorCode(wide(2_000))).toBe("read");
  expect(readErrorCode(wide(2_001))).toBe("request/malformed");
});

test("rejects invalid strings at any depth, with the path of the first one", () => {
  const broken = fc.constantFrom("\0", "a\ud800", "\udc00b");
  always(fc.tuple(fc.array(text, { maxLength: 4 }), broken), ([before, bad]) => {
    expect(readErrorCode(JSON.stringify([...before, bad, bad]))).toBe("request/invalid");
    expect(readErrorCode(JSON.stringify({ list: before, [bad]: 1 }))).toBe("request/invalid");
    try {
      read(JSON.stringify({ list: [...before, { deep: bad }, bad] }));
    } catch (error) {
      expect(error).toMatchObject({ details: { errors: [{ path: `list.${before.length}.deep` }] } });
    }
  });
});
