/** Puts the server's parts together into one application. */
import type { FastifyInstance } from "fastify";
import { registerAuditRoutes } from "./audit/routes.ts";
import type { Deps } from "./deps.ts";
import { registerAccessChecks } from "./features/access-checks/index.ts";
import { registerAccountRoutes } from "./features/accounts/index.ts";
import { registerApiKeyRoutes } from "./features/api-keys/index.ts";
import { registerCatalogueRoutes } from "./features/catalogue/index.ts";
import { registerEventRoutes } from "./features/events/index.ts";
import { registerForwardAuth } from "./features/forward-auth/index.ts";
import { registerHandOff } from "./features/hand-off/index.ts";
import { registerHelp } from "./features/help/index.ts";
import { registerInvitationRoutes } from "./features/invitations/index.ts";
import { registerMailRoutes } from "./features/mail/index.ts";
import { registerOrganizationRoutes } from "./features/organizations/index.ts";
import { registerRoleRoutes } from "./features/roles/index.ts";
import { registerSessionRoutes } from "./features/sessions/index.ts";
import { registerUserJobRoutes } from "./features/user-jobs/index.ts";
import { registerUserRoutes } from "./features/users/index.ts";
import { createBind } from "./http/bind.ts";
import { registerDrain } from "./http/drain.ts";
import { type AppLimits, prepareApp } from "./http/prepare-app.ts";
import { registerHealth } from "./http/register-health.ts";
import { registerOpenApi } from "./http/register-openapi.ts";
import { registerPanel } from "./http/register-panel.ts";
import { learnAddresses } from "./http/unknown-address.ts";
import { warnOfUntrustedProxy } from "./http/warn-untrusted-proxy.ts";

/** An application that is ready to listen, or to be asked in a test without a socket. */
export async function createApp(deps: Deps, limits: AppLimits = {}): Promise<FastifyInstance> {
  const app = await prepareApp(deps, limits);
  registerDrain(app);
  warnOfUntrustedProxy(app, deps);
  const unknownAddress = learnAddresses(app);
  await registerOpenApi(app, deps.config);
  registerHealth(app, deps);
  registerHelp(app, deps);
  const bind = createBind(app, deps);
  registerOrganizationRoutes(bind, deps);
  registerSessionRoutes(bind, deps);
  registerAccountRoutes(bind, deps);
  registerUserRoutes(bind, deps);
  registerUserJobRoutes(bind, deps);
  registerRoleRoutes(bind, deps);
  registerCatalogueRoutes(bind, deps);
  registerInvitationRoutes(bind, deps);
  registerApiKeyRoutes(bind, deps);
  registerMailRoutes(bind, deps);
  registerAuditRoutes(bind, deps);
  registerEventRoutes(bind, deps, app);
  registerAccessChecks(app, deps);
  registerForwardAuth(app, deps);
  registerHandOff(app, bind, deps);
  await registerPanel(app, unknownAddress);
  await app.ready();
  return app;
}
