/** Creates the HTTP application from its parts. */
import type { FastifyInstance } from "fastify";
import {
  compileTrustedProxies,
  describeUntrustedProxy,
  isUntrustedProxy,
  normalizeAddress,
} from "./auth/client-address.ts";
import type { Tx } from "./db/database.ts";
import { sql } from "./db/sql.ts";
import type { Deps } from "./deps.ts";
import { registerAccountRecovery } from "./features/account-recovery/routes.ts";
import { registerAccountRoutes } from "./features/accounts/routes.ts";
import { registerApiKeyRoutes } from "./features/api-keys/routes.ts";
import { registerAuditRoutes } from "./features/audit/routes.ts";
import { registerAuthzen } from "./features/authzen/routes.ts";
import { registerBulkJobRoutes } from "./features/bulk-jobs/routes.ts";
import { registerEventRoutes } from "./features/change-feed/routes.ts";
import { registerForwardAuth } from "./features/forward-auth/routes.ts";
import { registerHandOff } from "./features/hand-off/routes.ts";
import { registerInstallationCatalogueRoutes } from "./features/installation-catalogue/routes.ts";
import { registerInvitationRoutes } from "./features/invitations/routes.ts";
import { registerMailRoutes } from "./features/mail-settings/routes.ts";
import { registerOperatorRoutes } from "./features/operator/routes.ts";
import { registerOrganizationRoutes } from "./features/organizations/routes.ts";
import { registerCatalogueRoutes } from "./features/permissions/routes.ts";
import { registerProvisioningRoutes } from "./features/provisioning/routes.ts";
import { registerRoleRoutes } from "./features/roles/routes.ts";
import { registerSecondFactorRoutes } from "./features/second-factors/routes.ts";
import { registerSessionRoutes } from "./features/sessions/routes.ts";
import { registerImportRoutes } from "./features/user-imports/routes.ts";
import { registerUserRoutes } from "./features/users/routes.ts";
import { getBasePath } from "./http/base-path.ts";
import { registerHelp } from "./http/docs/routes.ts";
import { registerDrain } from "./http/drain.ts";
import { registerHealth } from "./http/health.ts";
import { registerMetrics } from "./http/metrics-endpoint.ts";
import { registerOpenApi } from "./http/openapi/register-openapi.ts";
import { type AppLimits, prepareApp } from "./http/prepare-app.ts";
import { registerRateLimit } from "./http/rate-limit.ts";
import { createRoute } from "./http/route.ts";
import { registerPanel, trackRoutes } from "./http/static-panel.ts";
import { registerWellKnown } from "./http/well-known.ts";

/** An application that is ready to listen, or to be called in a test without a socket. */
export async function createApp(deps: Deps, limits: AppLimits = {}): Promise<FastifyInstance> {
  const app = await prepareApp(deps, limits);
  registerDrain(app);
  warnAboutUntrustedProxy(app, deps);
  registerRateLimit(app, deps);
  const unknownAddress = trackRoutes(app);
  await registerOpenApi(app, deps.config);
  registerHealth(app, deps);
  registerHelp(app, deps);
  registerWellKnown(app, deps);
  const route = createRoute(app, deps);
  registerOrganizationRoutes(route, deps);
  registerOperatorRoutes(route, deps);
  registerInstallationCatalogueRoutes(route, deps);
  registerSessionRoutes(route, deps);
  registerAccountRoutes(route, deps);
  registerAccountRecovery(route, deps);
  registerSecondFactorRoutes(route, deps);
  registerUserRoutes(route, deps);
  registerProvisioningRoutes(route, deps);
  registerBulkJobRoutes(route, deps);
  registerImportRoutes(route, deps);
  registerRoleRoutes(route, deps);
  registerCatalogueRoutes(route, deps);
  registerInvitationRoutes(route, deps);
  registerApiKeyRoutes(route, deps);
  registerMailRoutes(route, deps);
  registerAuditRoutes(route, deps);
  const readStreams = registerEventRoutes(route, deps, app);
  registerAuthzen(app, deps);
  registerForwardAuth(app, deps);
  registerHandOff(app, route, deps);
  await registerMetrics(app, deps, readStreams);
  await registerPanel(app, unknownAddress, { basePath: getBasePath(deps.config) });
  await app.ready();
  return app;
}

/**
 * Everybody behind an untrusted proxy shares one address and its rate limits. Each process logs this once and records
 * it for `gatehouse doctor`.
 */
function warnAboutUntrustedProxy(
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
