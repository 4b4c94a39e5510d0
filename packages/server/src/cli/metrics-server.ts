/** The port of a worker for its metrics and liveness, because it serves no requests otherwise. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { CommandError } from "@gatehouse/cli";
import type { Config } from "../config.ts";
import type { Database } from "../db/database.ts";
import { readOutboxState } from "../jobs/outbox.ts";
import { equalInConstantTime } from "../ports/secrets.ts";
import { createMetrics, metricsContentType } from "../telemetry/metrics.ts";
import { describeListenError } from "./check-addresses.ts";

/** A running server. */
export interface MetricsServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/**
 * Serves `/metrics`, with METRICS_TOKEN as for a server, and `/livez`.
 * @throws CommandError when it can't listen at METRICS_PORT
 */
export async function startMetricsServer(
  {
    host,
    port,
    metricsToken,
  }: { readonly host: string; readonly port: number; readonly metricsToken: string },
  db: Pick<Database, "engine" | "isAlive" | "readConnections" | "shared">,
): Promise<MetricsServer> {
  const metrics = createMetrics({
    engine: db.engine,
    readConnections: db.readConnections,
    readOutbox: () => readOutboxState(db).catch(() => null),
  });
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url?.split("?")[0];
    const send = (status: number, body: string, contentType = "text/plain; charset=utf-8"): void => {
      response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" }).end(body);
    };
    if (request.method !== "GET") return send(405, "Send a GET request.\n");
    if (path === "/livez")
      return db.isAlive() ? send(200, "alive\n") : send(503, "The database doesn't answer.\n");
    if (path !== "/metrics") return send(404, "There are /metrics and /livez.\n");
    const [, token = ""] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
    if (!equalInConstantTime(token, metricsToken))
      return send(401, "Send METRICS_TOKEN as Authorization: Bearer ….\n");
    return send(200, await metrics.render(), metricsContentType);
  };
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen({ host, port }, resolve);
  }).catch((error: unknown) => {
    metrics.close();
    throw toCommandError(error, { host, port });
  });
  const address = server.address();
  const listeningPort = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${listeningPort}`,
    close: async () => {
      metrics.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function toCommandError(error: unknown, at: Pick<Config, "host" | "port">): unknown {
  const message = describeListenError(error, at, "METRICS_PORT");
  return message === null ? error : new CommandError(message);
}
