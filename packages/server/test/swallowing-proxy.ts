/** A proxy before a PostgreSQL server that can lose everything, like a network whose packets no longer arrive. */
import { connect, createServer, type Socket } from "node:net";

/** Stands before the server of a test. */
export interface SwallowingProxy {
  /** The database's URL through the proxy. */
  readonly url: string;
  /** Nothing comes through any more, in either direction; connections stay open. */
  readonly swallow: () => void;
  /** New connections work. Those that lost something stay silent for ever. */
  readonly heal: () => void;
  readonly close: () => Promise<void>;
}

/** Starts the proxy before the database of `databaseUrl`, which names the folder of the server's socket. */
export async function startSwallowingProxy(databaseUrl: string): Promise<SwallowingProxy> {
  const target = new URL(databaseUrl);
  const socketPath = `${target.searchParams.get("host")}/.s.PGSQL.${target.port || "5432"}`;
  const pairs = new Set<{ readonly near: Socket; readonly far: Socket; isLost: boolean }>();
  let isSwallowing = false;
  const server = createServer((near) => {
    const pair = { near, far: connect(socketPath), isLost: isSwallowing };
    pairs.add(pair);
    const ends = [
      [near, pair.far],
      [pair.far, near],
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
    swallow: () => {
      isSwallowing = true;
      for (const pair of pairs) pair.isLost = true;
    },
    heal: () => {
      isSwallowing = false;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const { near, far } of pairs) {
        near.destroy();
        far.destroy();
      }
      await closed;
    },
  };
}
