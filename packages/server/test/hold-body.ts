/** A request whose headers arrive long before its body. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { vi } from "vitest";
import type { TestApp } from "./create-test-app.ts";

/** What is asked. */
export interface Asked {
  readonly method: string;
  /** Below `/api/v1`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** An answer that came over the socket. */
export interface HeldAnswer {
  readonly status: number;
  /** Of a problem; null for a success. */
  readonly code: string | null;
}

/**
 * Sends the headers over a socket and resolves when the server has found out who asks: it reads the body only then. `send`
 * sends the body and gives the answer.
 */
export async function holdBody(
  t: Pick<TestApp, "app">,
  { method, path, headers, body = {} }: Asked,
): Promise<{ readonly send: () => Promise<HeldAnswer> }> {
  const port = await portOf(t);
  const payload = JSON.stringify(body);
  const mark = randomUUID();
  let received: IncomingMessage | null = null;
  const notice = (request: IncomingMessage) => {
    if (request.headers["x-mark"] === mark) received = request;
  };
  t.app.server.on("request", notice);
  const socket = connect(port, "127.0.0.1");
  const answer = text(socket);
  const lines = Object.entries({
    host: `127.0.0.1:${port}`,
    connection: "close",
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(payload)),
    "x-mark": mark,
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} /api/v1${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  await vi.waitFor(
    () => {
      if ((received?.listenerCount("data") ?? 0) === 0) throw new Error("The body isn't awaited yet.");
    },
    { timeout: 30_000, interval: 5 },
  );
  t.app.server.off("request", notice);
  return {
    send: async () => {
      socket.write(payload);
      return readAnswer(await answer);
    },
  };
}

async function portOf({ app }: Pick<TestApp, "app">): Promise<number> {
  if (!app.server.listening) await app.listen({ port: 0, host: "127.0.0.1" });
  const address = app.server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}

function readAnswer(answer: string): HeldAnswer {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
  const code = /"code":"([^"]+)"/.exec(answer)?.[1] ?? null;
  return { status, code: status < 400 ? null : code };
}
