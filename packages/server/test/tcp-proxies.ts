/** TCP proxies between a program and PostgreSQL that simulate network faults. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A proxy that can drop packets. */
export interface BlackholeProxy {
  /** The database's URL through the proxy. */
  readonly url: string;
  /** Drops all data in both directions; connections stay open. */
  readonly drop: () => void;
  /** New connections work. Those that lost data stay silent. */
  readonly recover: () => void;
  readonly close: () => Promise<void>;
}

/** Starts the proxy for `databaseUrl`, which has the folder of the server's socket as `host`. */
export async function startBlackholeProxy(databaseUrl: string): Promise<BlackholeProxy> {
  const target = new URL(databaseUrl);
  const socketPath = `${target.searchParams.get("host")}/.s.PGSQL.${target.port || "5432"}`;
  const pairs = new Set<{ readonly client: Socket; readonly upstream: Socket; isLost: boolean }>();
  let isDropping = false;
  const server = createServer((client) => {
    const pair = { client, upstream: connect(socketPath), isLost: isDropping };
    pairs.add(pair);
    const ends = [
      [client, pair.upstream],
      [pair.upstream, client],
    ] as const;
    for (const [from, to] of ends) {
      from.on("error", () => undefined);
      from.on("data", (chunk) => {
        if (!pair.isLost) to.write(chunk);
      });
      from.on("close", () => {
        pairs.delete(pair);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("There is no port.");
  return {
    url: `postgresql://${target.username}@127.0.0.1:${address.port}${target.pathname}`,
    drop: () => {
      isDropping = true;
      for (const pair of pairs) pair.isLost = true;
    },
    recover: () => {
      isDropping = false;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { client, upstream } of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await closed;
    },
  };
}

/** A proxy on loopback whose target can change. */
export interface SwitchableProxy {
  readonly port: number;
  /** Closes every connection. New ones use this socket. */
  readonly switchTo: (socketPath: string) => void;
  /** Closes every connection. */
  readonly cut: () => void;
  /** Closes every connection and rejects new ones. */
  readonly close: () => Promise<void>;
  /** Listens again on the same port after `close`. */
  readonly reopen: () => Promise<void>;
}

/** Starts the proxy to the socket of a server. */
export async function startSwitchableProxy(socketPath: string): Promise<SwitchableProxy> {
  let target = socketPath;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream).pipe(client);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cut,
    reopen: () => listen(port),
    switchTo: (next) => {
      target = next;
      cut();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
