/** The panel's server: routes, and in front of each the permission that it needs. */

import type { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import serveFiles from "@fastify/static";
import type { GatehouseOf, GatehouseUser } from "@gatehouse/sdk";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import type { permissions } from "../permissions.ts";
import { guardOrigin, sendHeaders } from "./browser-rules.ts";
import { openCampaigns, type Person } from "./campaigns.ts";
import { createLive } from "./live.ts";
import { readCampaign, readReason, readSegment, readVersion } from "./read-input.ts";
import { answerRefusals, Refusal } from "./refusal.ts";
import { readReport } from "./report.ts";
import { openSegments } from "./segments.ts";

/** What the app is made of. */
export interface Parts {
  readonly gatehouse: GatehouseOf<typeof permissions>;
  readonly database: DatabaseSync;
  /** Address of Gatehouse, for its sign-in page. */
  readonly gatehouseUrl: string;
  readonly now?: () => Date;
}

/** Where the built pages are. */
const pages = fileURLToPath(new URL("../../dist", import.meta.url));

/** Makes the app. It listens to nothing yet. */
export async function createApp(parts: Parts): Promise<FastifyInstance> {
  const app = Fastify({ logger: { level: "warn" }, forceCloseConnections: true, bodyLimit: 64 * 1024 });
  requirePermissions(app);
  answerRefusals(app);
  sendHeaders(app);
  guardOrigin(app);
  registerCampaigns(app, parts);
  registerPerson(app, parts);
  await app.register(serveFiles, { root: pages, wildcard: false, index: false, cacheControl: false });
  for (const path of ["/", "/campaigns", "/campaigns/:id", "/segments", "/reports"])
    app.get(path, (_request, reply) => reply.sendFile("index.html"));
  return app;
}

/** What everybody may ask: where the sign-in is, who they are, and what they may do. */
const open: readonly string[] = ["/api/sign-in", "/api/me", "/api/live"];

/** A guard that was forgotten stops the start. */
function requirePermissions(app: FastifyInstance): void {
  app.addHook("onRoute", ({ url, preHandler }) => {
    if (url.startsWith("/api/") && preHandler === undefined && !open.includes(url))
      throw new Error(`${url} needs a permission: put gatehouse.fastify.require("…") in front of it.`);
  });
}

type ById = { readonly Params: { readonly id: string } };

function registerCampaigns(
  app: FastifyInstance,
  { gatehouse, database, now = () => new Date() }: Parts,
): void {
  const may = gatehouse.fastify.require;
  const campaigns = openCampaigns(database, now);
  const segments = openSegments(database, now);
  const live = createLive(gatehouse);
  app.addHook("onClose", async () => live.close());
  app.addHook("preClose", async () => live.close());
  /** Answers what a change made, and has every open page look again. */
  const changed = <T>(made: T): T => {
    live.tellChanged();
    return made;
  };

  app.get("/api/campaigns", may("campaigns:view"), () => ({ items: campaigns.list() }));
  app.get<ById>("/api/campaigns/:id", may("campaigns:view"), ({ params }) => campaigns.get(params.id));
  app.post("/api/campaigns", may("campaigns:create"), async (request, reply) =>
    reply
      .status(201)
      .send(changed(campaigns.create(personOf(gatehouse, request), readCampaign(request.body)))),
  );
  app.patch<ById>("/api/campaigns/:id", may("campaigns:edit"), ({ params, body }) =>
    changed(campaigns.edit(params.id, readVersion(body), readCampaign(body))),
  );
  app.post<ById>("/api/campaigns/:id/submit", may("campaigns:submit"), (request) =>
    changed(campaigns.submit(personOf(gatehouse, request), request.params.id, readVersion(request.body))),
  );
  app.post<ById>("/api/campaigns/:id/approve", may("campaigns:approve"), (request) =>
    changed(
      campaigns.decide(personOf(gatehouse, request), request.params.id, readVersion(request.body), null),
    ),
  );
  app.post<ById>("/api/campaigns/:id/send-back", may("campaigns:approve"), (request) => {
    const [version, reason] = [readVersion(request.body), readReason(request.body)];
    return changed(campaigns.decide(personOf(gatehouse, request), request.params.id, version, reason));
  });
  app.get("/api/segments", may("segments:view"), () => ({ items: segments.list() }));
  app.post("/api/segments", may("segments:create"), async (request, reply) =>
    reply.status(201).send(changed(segments.create(personOf(gatehouse, request), readSegment(request.body)))),
  );
  app.get("/api/reports", may("reports:view"), () => readReport(database));
  app.get("/api/live", async (request, reply) => {
    const { id } = await requireUser(gatehouse, request);
    reply.hijack();
    live.open(id, reply.raw);
  });
}

function registerPerson(app: FastifyInstance, { gatehouse, gatehouseUrl }: Parts): void {
  app.get("/api/sign-in", () => ({ gatehouseUrl }));
  app.get("/api/me", async (request) => {
    const { id, name = "", email = "" } = await requireUser(gatehouse, request);
    return { id, name, email };
  });
}

/** Who asks, where no permission is needed. */
async function requireUser(
  gatehouse: GatehouseOf<typeof permissions>,
  request: FastifyRequest,
): Promise<GatehouseUser> {
  const user = await gatehouse.userFrom(request).catch(() => {
    throw new Refusal(
      "gatehouse/unreachable",
      "Gatehouse can’t be reached, so nobody can be let in. It is asked again in a moment.",
    );
  });
  if (user !== null) return user;
  throw new Refusal("auth/required", "Sign in first.");
}

function personOf(gatehouse: GatehouseOf<typeof permissions>, request: FastifyRequest): Person {
  const { id, name = "Somebody" } = gatehouse.fastify.userOf(request);
  return { id, name };
}
