/** Sends what a handler returned: cookies, headers, and a body or a stream. */
import { Readable } from "node:stream";
import type { Endpoint } from "@gatehouse/sdk/contract";
import type { FastifyReply, FastifyRequest } from "fastify";
import {
  clearSessionCookie,
  type OpenedSession,
  readChallengeCookie,
  setChallengeCookie,
  setDeviceCookie,
  setSessionCookie,
} from "../auth/cookies.ts";
import type { RowVersion } from "../db/row-version.ts";
import type { Deps } from "../deps.ts";
import { ApiError } from "../errors/api-error.ts";

/** What a handler returns. */
export interface Result<Body> {
  readonly body?: Body;
  /** Defaults to the endpoint's success status. */
  readonly status?: number;
  /** Sent as the `ETag`. */
  readonly version?: RowVersion;
  /** Its cookie replaces that of a sign-in in progress. */
  readonly session?: OpenedSession;
  /** A sign-in that waits for the second factor. */
  readonly challenge?: OpenedSession;
  /** The new device cookie, after a successful sign-in. */
  readonly devices?: string;
  readonly clearSession?: boolean;
  readonly stream?: {
    readonly contentType: string;
    /** The name of a download; absent for a stream that is read as it arrives. */
    readonly filename?: string;
    /** It ends by itself after a moment: the connection stays open for another request. */
    readonly isShort?: boolean;
    /** Each chunk of a download is sent only while the caller is still authorized. */
    readonly chunks: AsyncIterable<string>;
  };
}

/** A request whose response is sent. */
interface Exchange {
  readonly endpoint: Endpoint;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly reauthenticate: () => Promise<unknown>;
}

/** Sends the result. */
export function sendResult(
  deps: Deps,
  { endpoint, request, reply, reauthenticate }: Exchange,
  result: Result<unknown>,
) {
  if (result.session !== undefined) {
    setSessionCookie(deps.config, reply, result.session);
    if (readChallengeCookie(deps.config, request) !== null) setChallengeCookie(deps.config, reply, null);
  }
  if (result.challenge !== undefined) setChallengeCookie(deps.config, reply, result.challenge);
  if (result.devices !== undefined) setDeviceCookie(deps.config, reply, result.devices);
  if (result.clearSession === true) clearSessionCookie(deps.config, reply);
  if (endpoint.localized === true) reply.header("vary", "Accept-Language");
  if (result.version !== undefined) reply.header("etag", `"${result.version}"`);
  if (result.stream !== undefined) {
    const { contentType, filename, chunks, isShort = false } = result.stream;
    reply.type(contentType);
    if (filename === undefined) disableBuffering(reply, isShort);
    else reply.header("content-disposition", `attachment; filename="${filename}"`);
    const stream = Readable.from(filename === undefined ? chunks : whileAuthorized(chunks, reauthenticate));
    stream.on("error", (error) => {
      if (error instanceof ApiError)
        request.log.info({ code: error.code }, "A download was aborted: its caller is no longer authorized.");
      else request.log.error({ err: error }, "A streamed response failed.");
    });
    return reply.send(stream);
  }
  return reply.status(result.status ?? endpoint.success.status).send(result.body);
}

/**
 * The chunks of a download while the caller is still authorized: it may take hours. The error closes the connection,
 * so that nobody takes a partial file for the whole. Each chunk is checked after it was read from the database and
 * before it is sent. An event stream checks itself, because its content depends on the permissions.
 */
async function* whileAuthorized(
  chunks: AsyncIterable<string>,
  reauthenticate: () => Promise<unknown>,
): AsyncGenerator<string, void, undefined> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (!isFirst) await reauthenticate();
    isFirst = false;
    yield chunk;
  }
}

/**
 * Turns off proxy buffering, and for a long stream keep-alive, so that a stopping server doesn't wait for another request on
 * the connection.
 */
function disableBuffering(reply: FastifyReply, isShort: boolean): void {
  reply.header("x-accel-buffering", "no");
  if (!isShort) reply.header("connection", "close");
}
