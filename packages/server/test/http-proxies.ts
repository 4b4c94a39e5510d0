/** HTTP proxies for tests: a load balancer, and a proxy that simulates network faults. */
import {
  Agent,
  createServer,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** How long a readiness check is cached. */
const readinessTtlMs = 100;

/** Starts a round-robin load balancer over the ready servers, on loopback. */
export async function startLoadBalancer(
  servers: readonly string[],
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const agent = new Agent({ keepAlive: true });
  const known = new Map<string, { readonly isReady: boolean; readonly at: number }>();
  const isReady = async (server: string): Promise<boolean> => {
    const last = known.get(server);
    if (last !== undefined && performance.now() - last.at < readinessTtlMs) return last.isReady;
    const readiness = await fetch(`${server}/readyz`).catch(() => null);
    await readiness?.arrayBuffer().catch(() => null);
    known.set(server, { isReady: readiness?.ok === true, at: performance.now() });
    return readiness?.ok === true;
  };
  let turn = 0;
  /** Waits until a server is ready: on a busy machine both may be unready for a moment. */
  const choose = async (): Promise<string> => {
    for (;;) {
      turn += 1;
      const server = servers[turn % servers.length] ?? "";
      if (await isReady(server)) return server;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const forward = (server: string, { method, url, headers }: IncomingMessage, response: ServerResponse) => {
    const upstream = sendRequest(`${server}${url}`, { method, headers, agent }, (upstreamResponse) => {
      const { connection, ...rest } = upstreamResponse.headers;
      response.writeHead(upstreamResponse.statusCode ?? 502, rest);
      upstreamResponse.pipe(response);
      upstreamResponse.on("error", () => response.destroy());
    });
    upstream.on("error", ({ message }) => response.writeHead(502).end(message));
    upstream.end();
  };
  const balancer = createServer(async (request, response) => {
    forward(await choose(), request, response);
  });
  await new Promise<void>((resolve) => balancer.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        agent.destroy();
        balancer.close(() => resolve());
        balancer.closeAllConnections();
      }),
  };
}

/** A fault lasts until `reset`. */
export interface StreamProxy {
  readonly url: string;
  /** Closes every connection and rejects new ones. */
  readonly cut: () => void;
  /** Closes streams and rejects new ones; other requests pass. */
  readonly cutStreams: () => void;
  /** Forwards half of a stream's next chunk and then closes it. */
  readonly truncate: () => void;
  /** Connections stay open but nothing is forwarded. */
  readonly stall: () => void;
  /** Delays responses, in order. */
  readonly delay: (milliseconds: number) => void;
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

type Mode = "pass" | "cut" | "cut streams" | "truncate" | "stall";

/** Starts a proxy on loopback in front of `target`. */
export async function startStreamProxy(target: string): Promise<StreamProxy> {
  let mode: Mode = "pass";
  let delayMs = 0;
  const open = new Set<{ readonly response: ServerResponse; readonly isStream: boolean }>();
  const server = createServer((request, response) => {
    const isStream = request.url?.includes("/changes") === true;
    if (mode === "cut" || (mode === "cut streams" && isStream)) return void response.destroy();
    const entry = { response, isStream };
    open.add(entry);
    const { method, headers, url } = request;
    const upstream = sendRequest(`${target}${url}`, { method, headers, agent: false }, (upstreamResponse) => {
      // In order: a slow connection loses no data in the middle.
      let line = Promise.resolve();
      const forward = (act: () => void) => {
        const due = performance.now() + delayMs;
        line = line.then(async () => {
          const rest = due - performance.now();
          if (rest > 0) await wait(rest);
          while (mode === "stall" && !response.destroyed) await wait(5);
          act();
        });
      };
      forward(() =>
        response.writeHead(upstreamResponse.statusCode ?? 502, upstreamResponse.headers).flushHeaders(),
      );
      upstreamResponse.on("data", (chunk: Buffer) =>
        forward(() => {
          if (mode !== "truncate" || !isStream) return void response.write(chunk);
          response.write(chunk.subarray(0, Math.ceil(chunk.length / 2)), () => response.destroy());
        }),
      );
      upstreamResponse.on("end", () => forward(() => void response.end()));
      upstreamResponse.on("error", () => response.destroy());
    });
    upstream.on("error", () => response.destroy());
    response.on("error", () => undefined);
    response.on("close", () => {
      open.delete(entry);
      upstream.destroy();
    });
    request.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const closeStreams = (only: (isStream: boolean) => boolean) => {
    for (const { response, isStream } of open) if (only(isStream)) response.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => {
      mode = "cut";
      closeStreams(() => true);
    },
    cutStreams: () => {
      mode = "cut streams";
      closeStreams((isStream) => isStream);
    },
    truncate: () => {
      mode = "truncate";
    },
    stall: () => {
      mode = "stall";
    },
    delay: (milliseconds) => {
      delayMs = milliseconds;
    },
    reset: () => {
      mode = "pass";
      delayMs = 0;
    },
    close: () =>
      new Promise((resolve) => {
        closeStreams(() => true);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
