/** A proxy to PostgreSQL that stops in front of a statement, so that a test can kill the program at that step. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy that stops once. */
export interface StatementPause {
  /** Leads through the proxy. */
  readonly url: string;
  /** Resolves when the statement has come; neither it nor anything later reaches the server. */
  readonly reached: Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Starts a proxy for `databaseUrl`, which has the folder of the server's socket as `host`. It stops when a program has sent a match of
 * each of `texts`, in this order, over any connection.
 */
export async function pauseBefore(databaseUrl: string, texts: readonly string[]): Promise<StatementPause> {
  const target = new URL(databaseUrl);
  const socketPath = `${target.searchParams.get("host")}/.s.PGSQL.${target.port || "5432"}`;
  const sockets = new Set<Socket>();
  const expected = [...texts];
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();

  /** Whether `chunk` may pass. */
  const passes = (chunk: Buffer): boolean => {
    const content = chunk.toString("latin1");
    let from = 0;
    for (;;) {
      const [text] = expected;
      if (text === undefined) break;
      const found = content.indexOf(text, from);
      if (found === -1) return true;
      from = found + text.length;
      expected.shift();
    }
    reach();
    return false;
  };

  const server = createServer((client) => {
    const upstream = connect(socketPath);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    client.on("data", (chunk) => {
      if (passes(chunk)) upstream.write(chunk);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `postgresql://${target.username}@127.0.0.1:${port}${target.pathname}`,
    reached,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
