/** ETags of things that were changed: a number that counts, and a revision that nobody can guess. */
import { expect } from "vitest";
import type { ApiClient } from "./api-client.ts";

/** Matches the ETag of a version after the first. */
export function changedTag(version: number): unknown {
  return expect.stringMatching(new RegExp(`^"${version}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"$`));
}

/** The condition that a thing is still as it is now. */
export async function ifMatchNow(client: ApiClient, path: string): Promise<{ readonly "if-match": string }> {
  return { "if-match": String((await client.get(path)).headers["etag"]) };
}
