import * as contract from "@gatehouse/sdk/contract";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Bind } from "../../http/bind.ts";
import { createChangeFeed } from "./change-feed.ts";
import { createLoadQueue } from "./load-queue.ts";
import { openAccessStream } from "./open-access-stream.ts";
import { openStream } from "./open-stream.ts";
import { createPlaces } from "./places.ts";

/** Pages of whole copies that are read at once: many programs that start together leave the database to others. */
const mostLoads = 3;

/** Binds the stream of events. It ends with the application. */
export function registerEventRoutes(bind: Bind, deps: Deps, app: FastifyInstance): void {
  const feed = createChangeFeed(deps.db);
  const places = createPlaces();
  // A key is many processes of one panel's; a session is the pages of one person.
  const placesOfPrograms = createPlaces(2_000, 500);
  const loads = createLoadQueue(mostLoads);
  app.addHook("preClose", async () => feed.close());
  bind(contract.streamEvents, { member: true, isPassive: true }, async (context) => {
    const after = context.query.after ?? context.lastEventId;
    const chunks = await openStream({ ...deps, feed, places }, context, after);
    return { stream: { contentType: "text/event-stream; charset=utf-8", chunks } };
  });
  bind(contract.followAccess, { permission: "users:view" }, async (context) => {
    const { query, lastEventId } = context;
    const after = query.after ?? lastEventId;
    const chunks = await openAccessStream({ ...deps, feed, loads, places: placesOfPrograms }, context, {
      after,
      beat: query.beat === undefined ? null : Number(query.beat),
    });
    return { stream: { contentType: "text/event-stream; charset=utf-8", chunks } };
  });
}
