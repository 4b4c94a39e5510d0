/** Compresses answers for whoever takes them so. */
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Shorter answers fit into a packet as they are. */
const leastBytes = 1_024;

const codings = {
  br: (text: string): Promise<Buffer> =>
    promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (text: string): Promise<Buffer> => promisify(gzip)(text),
} as const;

type Coding = keyof typeof codings;

/**
 * Compresses a JSON answer of a kilobyte or more with what the request accepts, outside of the event loop. For endpoints that
 * say `compressed` alone: where a secret stands beside something that a stranger chose, the length would tell the secret
 * (BREACH). An answer with an ETag stays as it is, because its ETag names these very bytes.
 */
export async function compressAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  reply.header("vary", "Accept-Encoding");
  if (typeof payload !== "string" || Buffer.byteLength(payload) < leastBytes) return payload;
  if (reply.hasHeader("etag") || reply.hasHeader("content-encoding")) return payload;
  const coding = codingFor(request.headers["accept-encoding"]);
  if (coding === null) return payload;
  const compressed = await codings[coding](payload);
  reply.header("content-encoding", coding).removeHeader("content-length");
  return compressed;
}

/** The coding that a request likes best, of those that we have; Brotli where it likes both as much. */
export function codingFor(header: string | readonly string[] | undefined): Coding | null {
  const weights = new Map<string, number>();
  for (const part of String(header ?? "").split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const [, weight = "1"] = /^q=([01](?:\.\d{1,3})?)$/.exec(parameters[0] ?? "") ?? [];
    weights.set(name, parameters.length > 0 && !/^q=/.test(parameters[0] ?? "") ? 0 : Number(weight));
  }
  const weightOf = (coding: Coding): number => weights.get(coding) ?? weights.get("*") ?? 0;
  const best: Coding = weightOf("br") >= weightOf("gzip") ? "br" : "gzip";
  return weightOf(best) > 0 ? best : null;
}
