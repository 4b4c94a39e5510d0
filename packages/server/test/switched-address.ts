/** An address of a database behind which another server can be put, as a failover does it. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP port on loopback. */
export interface SwitchedAddress {
  readonly port: number;
  /** Cuts every connection. Later ones lead to this socket. */
  readonly leadTo: (socketPath: string) => void;
  readonly close: () => Promise<void>;
}

/** Begins to lead to the socket of a server. */
export async function openSwitchedAddress(socketPath: string): Promise<SwitchedAddress> {
  let target = socketPath;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (next) => {
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
