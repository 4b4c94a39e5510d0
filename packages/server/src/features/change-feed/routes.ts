import * as contract from "@gatehouse/sdk/contract";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Route } from "../../http/route.ts";
import { Semaphore } from "../../semaphore.ts";
import { openAccessCopy } from "./access-copy.ts";
import { createChangeFeed } from "./change-feed.ts";
import { createConnectionLimiter } from "./connection-limiter.ts";
import { openAccessStream, openEventStream, openOrganizationsStream } from "./open-stream.ts";
import { createOrganizationHeads } from "./organization-heads.ts";
import { parsePosition } from "./position.ts";

/** Snapshot pages that are read at the same time, so that many starting programs don't use every database connection. */
const maxConcurrentLoads = 3;

/** The open streams of this process. */
export interface StreamState {
  /** Of pages of the panel. */
  readonly events: number;
  /** Of programs with the SDK. */
  readonly access: number;
  /** For how long the changes of an organization have not been read to their end, in seconds. */
  readonly lagSeconds: number;
}

/** Registers the event streams, which end when the application closes. Returns a function that reads their state. */
export function registerEventRoutes(route: Route, deps: Deps, app: FastifyInstance): () => StreamState {
  const feed = createChangeFeed(deps.db);
  const common = { total: 2_000, guaranteedPerOrganization: 50 };
  // A session is one person's browser tabs; many processes of a panel share an API key.
  const sessionConnections = createConnectionLimiter({ ...common, perActor: 40, perSession: 10 });
  const apiKeyConnections = createConnectionLimiter({ ...common, perActor: 500, perSession: 0 });
  const operatorConnections = createConnectionLimiter({ ...common, perActor: 500, perSession: 0 });
  const loads = new Semaphore(maxConcurrentLoads);
  const heads = createOrganizationHeads(deps.db);
  app.addHook("preClose", async () => {
    feed.close();
    heads.close();
  });
  route(contract.streamEvents, { member: true, isPassive: true }, async (context) => {
    const after = context.query.after ?? context.lastEventId;
    const chunks = await openEventStream({ ...deps, feed, connections: sessionConnections }, context, after);
    return { stream: { contentType: "text/event-stream; charset=utf-8", chunks } };
  });
  route(contract.followAccess, { permission: "users:view", acceptsClosed: true }, async (context) => {
    const { query, lastEventId } = context;
    const after = query.after ?? lastEventId;
    const chunks = await openAccessStream({ ...deps, feed, loads, connections: apiKeyConnections }, context, {
      after,
      heartbeatMs: query.beat === undefined ? null : Number(query.beat),
    });
    return { stream: { contentType: "text/event-stream; charset=utf-8", chunks } };
  });
  route(contract.followOrganizations, { operator: true }, async ({ query, signal }) => {
    const heartbeatMs = query.beat === undefined ? null : Number(query.beat);
    const opened = { ...deps, heads, connections: operatorConnections };
    const chunks = await openOrganizationsStream(opened, { signal, heartbeatMs });
    return { stream: { contentType: "text/event-stream; charset=utf-8", chunks } };
  });
  route(contract.readOrganizationAccess, { operator: true }, async ({ params, query, signal }) => {
    const openedAt = performance.now();
    const after = query.after === undefined ? null : parsePosition(query.after);
    const request = { after, openedAt, signal };
    const chunks = await openAccessCopy({ ...deps, loads }, params.organizationId, request);
    return { stream: { contentType: "text/event-stream; charset=utf-8", chunks, isShort: true } };
  });
  return () => ({
    events: sessionConnections.count(),
    access: apiKeyConnections.count() + operatorConnections.count(),
    lagSeconds: feed.lagMs() / 1000,
  });
}
