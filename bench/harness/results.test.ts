import { expect, test } from "vitest";
import { drawCurve } from "./curve.ts";
import type { Row } from "./report.ts";
import { findRegressions } from "./results.ts";

const row = (value: number, rest: Partial<Row> = {}): Row => ({
  what: "lists",
  goal: "≥ 0.6 ×",
  measured: `${value} ×`,
  isReached: true,
  value,
  better: "higher",
  isRatio: true,
  ...rest,
});
const compare = (before: Row, now: Row) =>
  findRegressions({ name: "list", rows: [now] }, [{ name: "list", rows: [before] }]);

test.each([
  ["the same", row(1), row(1), 0],
  ["19 % worse", row(1), row(0.81), 0],
  ["21 % worse", row(1), row(0.79), 1],
  ["better", row(1), row(3), 0],
  ["a time that is 21 % shorter", row(1, { better: "lower" }), row(0.79, { better: "lower" }), 0],
  ["a time that is 30 % longer", row(1, { better: "lower" }), row(1.3, { better: "lower" }), 1],
  ["not a number", row(1), row(Number.NaN), 1],
  ["an absolute value", row(100, { isRatio: false }), row(10, { isRatio: false }), 0],
  ["a new row", row(1, { what: "other" }), row(0.1), 0],
])("the gate finds the regressions of a row that is %s", (_, before, now, count) => {
  expect(compare(before, now)).toHaveLength(count);
});

test("a benchmark without a stored result has no regressions", () => {
  expect(findRegressions({ name: "new", rows: [row(0.1)] }, [])).toEqual([]);
});

test("draws a line for each series, with its points in order", () => {
  const svg = drawCurve({
    title: "Lists < a second",
    unit: "ms",
    series: [
      {
        name: "p50",
        points: [
          [1_000, 1],
          [10_000, 2],
          [1_000_000, 4],
        ],
      },
      {
        name: "p99",
        points: [
          [1_000, 2],
          [1_000_000, 8],
        ],
      },
    ],
  });
  expect(svg).toContain("Lists &lt; a second");
  const lines = [...svg.matchAll(/<polyline [^>]*points="([^"]*)"/g)].map(([, points = ""]) =>
    points.split(" ").map((point) => point.split(",").map(Number)),
  );
  expect(lines.map((points) => points.length)).toEqual([3, 2]);
  for (const points of lines) {
    const xs = points.map(([x = Number.NaN]) => x);
    expect(xs).toEqual(xs.toSorted((one, other) => one - other));
    const ys = points.map(([, y = Number.NaN]) => y);
    expect(ys).toEqual(ys.toSorted((one, other) => other - one)); // a larger value is higher up
  }
});
