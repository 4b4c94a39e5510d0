/** Warns once about a proxy that TRUSTED_PROXIES doesn't name. */
import type { FastifyInstance } from "fastify";
import {
  compileTrustedProxies,
  describeUntrustedProxy,
  isUntrustedProxy,
  normalizeAddress,
} from "../auth/client-address.ts";
import type { Tx } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import type { Deps } from "../deps.ts";

/**
 * Everybody behind an untrusted proxy shares one address and its rate limits. Each process logs this once and records
 * it for `gatehouse doctor`.
 */
export function warnAboutUntrustedProxy(
  app: FastifyInstance,
  deps: Pick<Deps, "db" | "clock" | "config" | "log">,
): void {
  const isTrusted = compileTrustedProxies(deps.config.trustedProxies);
  let hasWarned = false;
  app.addHook("onRequest", async (request) => {
    if (hasWarned || !isUntrustedProxy(request, isTrusted)) return;
    hasWarned = true;
    const address = normalizeAddress(request.socket.remoteAddress ?? "") ?? "";
    deps.log.warn({ address }, describeUntrustedProxy(address));
    deps.db
      .shared((tx) => saveUntrustedProxy(tx, address, deps.clock.now()), {
        system: "records an untrusted proxy",
      })
      .catch((error: unknown) => deps.log.warn({ err: error }, "The untrusted proxy could not be recorded."));
  });
}

async function saveUntrustedProxy(tx: Tx, address: string, now: Date): Promise<void> {
  await tx.query(sql`UPDATE installation SET untrusted_proxy = ${address}, untrusted_proxy_at = ${now}`);
}
