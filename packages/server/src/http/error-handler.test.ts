import type { Problem } from "@gatehouse/sdk/contract";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { boundProblem } from "./error-handler.ts";

const base = {
  type: "urn:gatehouse:problem:request/invalid",
  title: "Something needs correcting",
  status: 422,
  code: "request/invalid",
  requestId: "1",
} as const;

test("a small problem is unchanged", () => {
  const problem: Problem = {
    ...base,
    detail: "name: Use 200 characters or fewer.",
    errors: [{ path: "name", code: "invalid/too-big", detail: "Use 200 characters or fewer." }],
    params: { version: 3, missing: ["campaigns:view"], role: { id: "1", name: "Viewer" } },
  };
  expect(boundProblem(problem)).toEqual(problem);
});

test("at most 20 issues are listed, with paths of 100 characters", () => {
  const fault = { path: "p".repeat(5_000), code: "invalid/too-big", detail: "d".repeat(5_000) };
  const { errors = [] } = boundProblem({ ...base, detail: "", errors: Array(30).fill(fault) });
  expect(errors).toHaveLength(20);
  expect(errors[0]).toEqual({
    path: `${"p".repeat(99)}…`,
    code: "invalid/too-big",
    detail: `${"d".repeat(299)}…`,
  });
});

test("no character is cut in half", () => {
  const { detail } = boundProblem({ ...base, detail: "🔑".repeat(600) });
  expect(detail.isWellFormed()).toBe(true);
  expect(detail).toMatch(/^(?:🔑)+…$/u);
});

test("any problem has at most 16 kB and keeps its code", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.nat({ max: 3_000 }).map((length) => "\u0007".repeat(length)),
    fc.nat({ max: 3_000 }).map((length) => "🔑".repeat(length)),
  );
  const fault = fc.record({ path: text, code: text, detail: text });
  const problems = fc.record({
    detail: text,
    errors: fc.array(fault, { maxLength: 25 }),
    params: fc.dictionary(fc.string(), fc.oneof(text, fc.array(text, { maxLength: 25 })), {
      maxKeys: 25,
    }),
  });
  // A synchronous property is checked synchronously; `assert` is typed for both kinds.
  void fc.assert(
    fc.property(problems, (parts) => {
      const bounded = boundProblem({ ...base, ...parts });
      expect(Buffer.byteLength(JSON.stringify(bounded))).toBeLessThanOrEqual(16_384);
      expect(bounded).toMatchObject(base);
    }),
    { numRuns: 25 },
  );
});
