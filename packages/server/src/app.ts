/** Creates the HTTP application from its parts. */
import type { FastifyInstance } from "fastify";
import type { Deps } from "./deps.ts";
import { registerAccountRoutes } from "./features/accounts/index.ts";
import { registerApiKeyRoutes } from "./features/api-keys/index.ts";
import { registerAuditRoutes } from "./features/audit/routes.ts";
import { registerAuthzen } from "./features/authzen/index.ts";
import { registerBulkJobRoutes } from "./features/bulk-jobs/index.ts";
import { registerEventRoutes } from "./features/change-feed/index.ts";
import { registerForwardAuth } from "./features/forward-auth/index.ts";
import { registerHandOff } from "./features/hand-off/index.ts";
import { registerInvitationRoutes } from "./features/invitations/index.ts";
import { registerMailRoutes } from "./features/mail-settings/index.ts";
import { registerOrganizationRoutes } from "./features/organizations/index.ts";
import { registerCatalogueRoutes } from "./features/permissions/index.ts";
import { registerRoleRoutes } from "./features/roles/index.ts";
import { registerSessionRoutes } from "./features/sessions/index.ts";
import { registerUserRoutes } from "./features/users/index.ts";
import { registerHelp } from "./http/docs/index.ts";
import { registerDrain } from "./http/drain.ts";
import { registerHealth } from "./http/health.ts";
import { trackRoutes } from "./http/not-found.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { type AppLimits, prepareApp } from "./http/prepare-app.ts";
import { createRoute } from "./http/route.ts";
import { registerPanel } from "./http/static-panel.ts";
import { warnAboutUntrustedProxy } from "./http/warn-untrusted-proxy.ts";

/** An application that is ready to listen, or to be called in a test without a socket. */
export async function createApp(deps: Deps, limits: AppLimits = {}): Promise<FastifyInstance> {
  const app = await prepareApp(deps, limits);
  registerDrain(app);
  warnAboutUntrustedProxy(app, deps);
  const unknownAddress = trackRoutes(app);
  await registerOpenApi(app, deps.config);
  await registerHealth(app, deps);
  registerHelp(app, deps);
  const route = createRoute(app, deps);
  registerOrganizationRoutes(route, deps);
  registerSessionRoutes(route, deps);
  registerAccountRoutes(route, deps);
  registerUserRoutes(route, deps);
  registerBulkJobRoutes(route, deps);
  registerRoleRoutes(route, deps);
  registerCatalogueRoutes(route, deps);
  registerInvitationRoutes(route, deps);
  registerApiKeyRoutes(route, deps);
  registerMailRoutes(route, deps);
  registerAuditRoutes(route, deps);
  registerEventRoutes(route, deps, app);
  registerAuthzen(app, deps);
  registerForwardAuth(app, deps);
  registerHandOff(app, route, deps);
  await registerPanel(app, unknownAddress);
  await app.ready();
  return app;
}
