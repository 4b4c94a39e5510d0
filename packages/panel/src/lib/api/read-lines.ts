import { createUnreachableProblem, readProblemDocument } from "./request.ts";

/**
 * Reads the lines of a text that the server sends in pieces, without keeping it.
 *
 * @throws {ApiProblem} when the server responds with an error, cannot be reached, or stops in the middle
 */
export async function* readLines(url: string): AsyncGenerator<string, void, undefined> {
  let response: Response;
  try {
    response = await fetch(url, { credentials: "same-origin" });
  } catch (error) {
    throw createUnreachableProblem(error);
  }
  if (!response.ok || response.body === null) throw await readProblemDocument(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw createUnreachableProblem(error);
    });
    if (done) break;
    const lines = (rest + value).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
