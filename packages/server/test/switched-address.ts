/** An address between a program and its database: a test can cut it, close it, or put another server behind it. */
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP port on loopback. */
export interface SwitchedAddress {
  readonly port: number;
  /** Cuts every connection. Later ones lead to this socket. */
  readonly leadTo: (socketPath: string) => void;
  /** Cuts every connection. */
  readonly cut: () => void;
  /** Cuts every connection and refuses new ones. */
  readonly close: () => Promise<void>;
  /** Listens again on the same port after `close`. */
  readonly comeBack: () => Promise<void>;
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
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port,
    cut,
    comeBack: () => listen(port),
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
