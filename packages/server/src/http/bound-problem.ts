/** Keeps an error answer small, whatever the request, the catalogue or the database made it of. */
import type { FieldProblem, Problem } from "@gatehouse/sdk/contract";
import { shorten } from "./shorten.ts";

/** Largest error answer in bytes. */
const mostBytes = 16_384;
/** As many faults, and as many elements of a list in `params`, as an answer names. */
const mostListed = 20;
const longestPath = 100;
const longestSentence = 1_000;
const longestValue = 300;
/** Objects and lists inside `params` nest so deep at most. */
const deepest = 3;

/** The same problem with every text cut, the first faults alone, and 16 kB at most. */
export function boundProblem(problem: Problem): Problem {
  const { errors, params, ...rest } = problem;
  const bounded: Problem = {
    ...rest,
    detail: shorten(rest.detail, longestSentence),
    ...(errors === undefined ? {} : { errors: errors.slice(0, mostListed).map(boundFault) }),
    ...(params === undefined ? {} : { params: boundMembers(params, deepest) }),
  };
  return fitting(bounded);
}

function boundFault({ path, code, detail }: FieldProblem): FieldProblem {
  return {
    path: shorten(path, longestPath),
    code: shorten(code, longestPath),
    detail: shorten(detail, longestValue),
  };
}

function boundMembers(object: object, depth: number): Record<string, unknown> {
  const members = Object.entries(object).slice(0, mostListed);
  return Object.fromEntries(
    members.map(([name, value]) => [shorten(name, longestPath), boundValue(value, depth)]),
  );
}

function boundValue(value: unknown, depth: number): unknown {
  if (typeof value === "string") return shorten(value, longestValue);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) return value.slice(0, mostListed).map((part) => boundValue(part, depth - 1));
  return boundMembers(value, depth - 1);
}

/** Letters may take several bytes, so what is still too large loses its parameters, and then half of its faults at a time. */
function fitting(problem: Problem): Problem {
  if (Buffer.byteLength(JSON.stringify(problem)) <= mostBytes) return problem;
  const { params, errors = [], ...rest } = problem;
  if (params !== undefined) return fitting({ ...rest, errors });
  return errors.length === 0 ? rest : fitting({ ...rest, errors: errors.slice(0, errors.length / 2) });
}
