/**
 * Responds to requests that aren't valid HTTP or arrive too slowly: there is no request object yet, only the socket.
 */
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { type ProblemCode, problems } from "@gatehouse/sdk/contract";

const codes: Readonly<Record<string, { readonly code: ProblemCode; readonly detail: string }>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: "request/timeout",
    detail: "The request took too long to arrive. Send it again.",
  },
  HPE_HEADER_OVERFLOW: {
    code: "request/headers-too-large",
    detail: "The headers are larger than the server takes. Clear this site's cookies and try again.",
  },
};

/** Writes problem+json and closes the connection, because it is unknown where the next request would begin. */
export function handleClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, detail } = codes[error.code ?? ""] ?? {
    code: "request/malformed",
    detail: "This is not an HTTP request that the server can read.",
  };
  const { status, title } = problems[code];
  const requestId = randomUUID();
  const body = JSON.stringify({
    type: `urn:gatehouse:problem:${code}`,
    title,
    status,
    code,
    detail,
    requestId,
  });
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Cache-Control: no-store",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    `X-Request-Id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
