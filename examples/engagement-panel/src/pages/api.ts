/** The panel's own server, and its refusals. */
import type { Problem } from "../shapes.ts";

/** A no from the server, or no answer: `status` is 0 then. */
class Refused extends Error {
  override readonly name = "Refused";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const silence: Problem = {
  type: "about:blank",
  title: "No answer",
  status: 0,
  code: "panel/unreachable",
  detail:
    "The panel’s server gave no answer. Nothing was changed as far as this page knows. Try again in a moment.",
};

/** Reads. @throws Refused */
export function read<T>(path: string, signal?: AbortSignal): Promise<T> {
  return ask<T>(path, signal === undefined ? {} : { signal });
}

/** Changes something. @throws Refused */
export function send<T>(method: "POST" | "PATCH", path: string, body: object): Promise<T> {
  return ask<T>(path, {
    method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const answer = await fetch(path, init).catch((error: unknown) => {
    if (init.signal?.aborted) throw error;
    throw new Refused(silence);
  });
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok && body !== null) return body as T;
  throw new Refused(isProblem(body) ? body : { ...silence, status: answer.status });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === "object" && body !== null && "code" in body && "detail" in body;
}

/** What to say about whatever was thrown. */
export function problemOf(error: unknown): Problem {
  return error instanceof Refused ? error.problem : { ...silence, detail: String(error) };
}
