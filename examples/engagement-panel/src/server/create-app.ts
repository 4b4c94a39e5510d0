/** The panel's server: routes with the permissions that they need. */

import type { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import serveFiles from "@fastify/static";
import type { GatehouseOf, GatehouseUser } from "@gatehouse/sdk";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { permissions } from "../permissions.ts";
import { ApiError, handleErrors } from "./api-error.ts";
import { addSecurityHeaders, checkOrigin } from "./browser-security.ts";
import { type Actor, openCampaigns } from "./campaigns.ts";
import { createPageEvents } from "./page-events.ts";
import { readCampaign, readReason, readSegment, readVersion } from "./read-input.ts";
import { readReport } from "./report.ts";
import { openSegments } from "./segments.ts";

/** Dependencies of the app. */
export interface AppOptions {
  readonly gatehouse: GatehouseOf<typeof permissions>;
  readonly database: DatabaseSync;
  /** URL of Gatehouse, for its sign-in page. */
  readonly gatehouseUrl: string;
  readonly now?: () => Date;
}

/** The folder of the built pages. */
const pages = fileURLToPath(new URL("../../dist", import.meta.url));

/** Creates the app. It doesn't listen yet. */
export async function createApp(parts: AppOptions): Promise<FastifyInstance> {
  const app = Fastify({ logger: { level: "warn" }, forceCloseConnections: true, bodyLimit: 64 * 1024 });
  assertGuards(app);
  handleErrors(app);
  addSecurityHeaders(app);
  checkOrigin(app);
  registerCampaigns(app, parts);
  registerCurrentUser(app, parts);
  await app.register(serveFiles, { root: pages, wildcard: false, index: false, cacheControl: false });
  for (const path of ["/", "/campaigns", "/campaigns/:id", "/segments", "/reports"])
    app.get(path, (_request, reply) => reply.sendFile("index.html"));
  return app;
}

/** Routes without a permission: the sign-in URL, the current user, and their permissions. */
const unguardedRoutes: readonly string[] = ["/api/sign-in", "/api/me", "/api/live"];

/** Throws at start-up if a route has no guard. */
function assertGuards(app: FastifyInstance): void {
  app.addHook("onRoute", ({ url, preHandler }) => {
    if (url.startsWith("/api/") && preHandler === undefined && !unguardedRoutes.includes(url))
      throw new Error(`${url} needs a permission: add gatehouse.fastify.require("…") to it.`);
  });
}

type ById = { readonly Params: { readonly id: string } };

function registerCampaigns(
  app: FastifyInstance,
  { gatehouse, database, now = () => new Date() }: AppOptions,
): void {
  const requirePermission = gatehouse.fastify.require;
  const campaigns = openCampaigns(database, now);
  const segments = openSegments(database, now);
  const pageEvents = createPageEvents(gatehouse);
  app.addHook("onClose", async () => pageEvents.close());
  app.addHook("preClose", async () => pageEvents.close());
  /** Returns the changed object, and notifies all open pages. */
  const notifyChanged = <T>(result: T): T => {
    pageEvents.sendChanged();
    return result;
  };

  app.get("/api/campaigns", requirePermission("campaigns:view"), () => ({ items: campaigns.list() }));
  app.get<ById>("/api/campaigns/:id", requirePermission("campaigns:view"), ({ params }) =>
    campaigns.get(params.id),
  );
  app.post("/api/campaigns", requirePermission("campaigns:create"), async (request, reply) =>
    reply
      .status(201)
      .send(notifyChanged(campaigns.create(getActor(gatehouse, request), readCampaign(request.body)))),
  );
  app.patch<ById>("/api/campaigns/:id", requirePermission("campaigns:edit"), ({ params, body }) =>
    notifyChanged(campaigns.edit(params.id, readVersion(body), readCampaign(body))),
  );
  app.post<ById>("/api/campaigns/:id/submit", requirePermission("campaigns:submit"), (request) =>
    notifyChanged(
      campaigns.submit(getActor(gatehouse, request), request.params.id, readVersion(request.body)),
    ),
  );
  app.post<ById>("/api/campaigns/:id/approve", requirePermission("campaigns:approve"), (request) =>
    notifyChanged(
      campaigns.decide(getActor(gatehouse, request), request.params.id, readVersion(request.body), null),
    ),
  );
  app.post<ById>("/api/campaigns/:id/send-back", requirePermission("campaigns:approve"), (request) => {
    const [version, reason] = [readVersion(request.body), readReason(request.body)];
    return notifyChanged(campaigns.decide(getActor(gatehouse, request), request.params.id, version, reason));
  });
  app.get("/api/segments", requirePermission("segments:view"), () => ({ items: segments.list() }));
  app.post("/api/segments", requirePermission("segments:create"), async (request, reply) =>
    reply
      .status(201)
      .send(notifyChanged(segments.create(getActor(gatehouse, request), readSegment(request.body)))),
  );
  app.get("/api/reports", requirePermission("reports:view"), () => readReport(database));
  app.get("/api/live", async (request, reply) => {
    const { id } = await requireUser(gatehouse, request);
    reply.hijack();
    pageEvents.open(id, reply.raw);
  });
}

function registerCurrentUser(app: FastifyInstance, { gatehouse, gatehouseUrl }: AppOptions): void {
  app.get("/api/sign-in", () => ({ gatehouseUrl }));
  app.get("/api/me", async (request) => {
    const { id, name = "", email = "" } = await requireUser(gatehouse, request);
    return { id, name, email };
  });
}

/** The current user, for routes without a permission. */
async function requireUser(
  gatehouse: GatehouseOf<typeof permissions>,
  request: FastifyRequest,
): Promise<GatehouseUser> {
  const user = await gatehouse.userFrom(request).catch(() => {
    throw new ApiError(
      "gatehouse/unreachable",
      "Gatehouse can’t be reached, so you can’t be signed in. Trying again in a moment.",
    );
  });
  if (user !== null) return user;
  throw new ApiError("auth/required", "Sign in first.");
}

function getActor(gatehouse: GatehouseOf<typeof permissions>, request: FastifyRequest): Actor {
  const { id, name = "Unknown" } = gatehouse.fastify.userOf(request);
  return { id, name };
}
