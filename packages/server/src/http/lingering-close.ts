/** Lingering close: a client that is still sending its body when the response is complete receives that response. */
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** What is still read of a connection after its last response. */
export interface LingeringLimits {
  /** Milliseconds. */
  readonly timeout: number;
  readonly maxBytes: number;
}

const defaultLimits: LingeringLimits = { timeout: 5_000, maxBytes: 16 * 1024 * 1024 };

/**
 * Keeps a connection whose last response was sent before the body of the request had arrived open until the client has
 * closed it, within limits, and discards what arrives. Closed at once, the kernel would answer the rest of the body with a
 * reset, and a client that hasn't read the response yet would lose it.
 */
export function closeAfterLingering(
  app: FastifyInstance,
  { timeout, maxBytes }: LingeringLimits = defaultLimits,
): void {
  app.addHook("onRequest", async ({ raw }) => {
    if (raw.complete) return; // like almost all
    const { socket } = raw;
    const { destroySoon } = Object.getPrototypeOf(socket) as Socket;
    socket.destroySoon = () => {
      if (raw.complete || socket.destroyed) destroySoon.call(socket);
      else discardRest(socket);
    };
    function discardRest(open: Socket): void {
      // Removes the HTTP parser: nothing that follows is a request.
      open.removeAllListeners("data").removeAllListeners("end");
      let left = maxBytes;
      const timer = setTimeout(() => open.destroy(), timeout);
      open.on("data", (chunk: Buffer) => {
        left -= chunk.length;
        if (left < 0) open.destroy();
      });
      open.once("end", () => destroySoon.call(open));
      open.once("close", () => clearTimeout(timer));
      open.end();
      open.resume();
    }
  });
}
