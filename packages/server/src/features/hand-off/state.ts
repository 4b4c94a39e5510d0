/** What ties a hand-off to the browser that began it: a secret in its cookie, whose hash goes round through Gatehouse. */
import { createHash } from "node:crypto";

/** SHA-256, base64url: the form in which a state may stand in an address. */
export function stateHash(state: string): string {
  return createHash("sha256").update(state, "utf8").digest("base64url");
}
