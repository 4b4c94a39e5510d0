/** A load balancer in small: takes turns among the servers that say that they are ready. */
import { Agent, request as ask, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Milliseconds: an answer about readiness counts for so long. */
const freshFor = 100;

/** Starts it on loopback. */
export async function startBalancer(
  servers: readonly string[],
): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
  const agent = new Agent({ keepAlive: true });
  const known = new Map<string, { readonly isReady: boolean; readonly at: number }>();
  const isReady = async (server: string): Promise<boolean> => {
    const last = known.get(server);
    if (last !== undefined && performance.now() - last.at < freshFor) return last.isReady;
    const answer = await fetch(`${server}/readyz`).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    known.set(server, { isReady: answer?.ok === true, at: performance.now() });
    return answer?.ok === true;
  };
  let turn = 0;
  /** A request waits while no server is ready: on a busy machine both may say so for a moment. */
  const choose = async (): Promise<string> => {
    for (;;) {
      turn += 1;
      const server = servers[turn % servers.length] ?? "";
      if (await isReady(server)) return server;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const forward = (server: string, { method, url, headers }: IncomingMessage, response: ServerResponse) => {
    const onward = ask(`${server}${url}`, { method, headers, agent }, (answer) => {
      const { connection, ...rest } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, rest);
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    onward.on("error", ({ message }) => response.writeHead(502).end(message));
    onward.end();
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
