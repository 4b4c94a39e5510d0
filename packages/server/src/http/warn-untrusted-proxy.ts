/** Says once that a proxy seems to stand in front of the server which TRUSTED_PROXIES doesn't name. */
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import type { Tx } from "../database/database.ts";
import type { Deps } from "../deps.ts";
import { isUntrustedProxy } from "./client-address.ts";
import { plainAddress, trustedProxies } from "./trusted-proxies.ts";

/**
 * Without the proxy's name everybody behind it has one address, and shares what a network may try. Each process says so
 * once in its log, and leaves a note for `gatehouse doctor`.
 */
export function warnOfUntrustedProxy(
  app: FastifyInstance,
  deps: Pick<Deps, "db" | "clock" | "config" | "log">,
): void {
  const isTrusted = trustedProxies(deps.config.trustedProxies);
  let isSaid = false;
  app.addHook("onRequest", async (request) => {
    if (isSaid || !isUntrustedProxy(request, isTrusted)) return;
    isSaid = true;
    const address = plainAddress(request.socket.remoteAddress ?? "") ?? "";
    deps.log.warn({ address }, adviceFor(address));
    deps.db
      .shared((tx) => writeUntrustedProxy(tx, address, deps.clock.now()), {
        system: "which proxy is not trusted",
      })
      .catch((error: unknown) => deps.log.warn({ err: error }, "The untrusted proxy could not be noted."));
  });
}

/** What to do about it. */
export function adviceFor(address: string): string {
  return (
    `X-Forwarded-For came from ${address}, which TRUSTED_PROXIES doesn't name, so it was ignored. If this is your ` +
    "proxy, set TRUSTED_PROXIES to its address: until then everybody behind it shares one address and one limit of tries."
  );
}

async function writeUntrustedProxy(tx: Tx, address: string, now: Date): Promise<void> {
  await sql`UPDATE installation SET untrusted_proxy = ${address}, untrusted_proxy_at = ${now}`.execute(tx);
}
