/** Which site the passkeys of this installation belong to. Only the configuration decides, never a request. */
import { listOwnOrigins } from "../../auth/own-origins.ts";
import { type Config, isLoopback } from "../../config.ts";

/** The relying party of WebAuthn. */
export interface RelyingParty {
  /** The host name of `PUBLIC_URL`. Browsers create no passkeys for IP addresses: without `PUBLIC_URL` it is `localhost`. */
  readonly id: string;
  /** Where the panel may be opened. */
  readonly origins: readonly string[];
}

/** The relying party that a configuration says. Another `PUBLIC_URL` makes existing passkeys useless. */
export function getRelyingParty(config: Pick<Config, "publicUrl" | "isPublicUrlSet" | "port">): RelyingParty {
  const { hostname } = new URL(config.publicUrl);
  const id = !config.isPublicUrlSet && isLoopback(hostname) ? "localhost" : hostname;
  return { id, origins: [...listOwnOrigins(config)] };
}
