/** Compresses responses. */
import { pipeline, Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliCompress, constants, createGzip, gzip } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";

/** Shorter responses fit into one packet uncompressed. */
const minBytes = 1_024;

const encoders = {
  br: (text: string): Promise<Buffer> =>
    promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (text: string): Promise<Buffer> => promisify(gzip)(text),
} as const;

type Encoding = keyof typeof encoders;

/**
 * Compresses a JSON response of a kilobyte or more with an encoding that the request accepts, outside of the event
 * loop. Only for endpoints marked `compressed`: where a secret is next to attacker-chosen text, the length would
 * reveal the secret (BREACH). A response with an ETag stays uncompressed, because its ETag names these very bytes.
 */
export async function compressResponse(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  reply.header("vary", [reply.getHeader("vary"), "Accept-Encoding"].flatMap((name) => name ?? []).join(", "));
  if (payload instanceof Readable) return compressStream(request, reply, payload);
  if (typeof payload !== "string" || Buffer.byteLength(payload) < minBytes) return payload;
  if (reply.hasHeader("etag") || reply.hasHeader("content-encoding")) return payload;
  const coding = chooseEncoding(request.headers["accept-encoding"]);
  if (coding === null) return payload;
  const compressed = await encoders[coding](payload);
  reply.header("content-encoding", coding).removeHeader("content-length");
  return compressed;
}

/** Compresses an event stream with gzip, and sends each event at once. A small window: a program keeps its stream open for hours. */
function compressStream(request: FastifyRequest, reply: FastifyReply, events: Readable): Readable {
  if (readWeights(request.headers["accept-encoding"])("gzip") === 0) return events;
  reply.header("content-encoding", "gzip");
  const compressed = createGzip({ flush: constants.Z_SYNC_FLUSH, level: 1, windowBits: 12, memLevel: 5 });
  pipeline(events, compressed, () => undefined); // errors of the stream are logged where it was created
  return compressed;
}

/** The accepted encoding with the highest weight; Brotli when equal. */
export function chooseEncoding(header: string | readonly string[] | undefined): Encoding | null {
  const getWeight = readWeights(header);
  const best: Encoding = getWeight("br") >= getWeight("gzip") ? "br" : "gzip";
  return getWeight(best) > 0 ? best : null;
}

function readWeights(header: string | readonly string[] | undefined): (coding: Encoding) => number {
  const weights = new Map<string, number>();
  for (const part of String(header ?? "").split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    const [, weight = "1"] = /^q=([01](?:\.\d{1,3})?)$/.exec(parameters[0] ?? "") ?? [];
    weights.set(name, parameters.length > 0 && !/^q=/.test(parameters[0] ?? "") ? 0 : Number(weight));
  }
  return (coding) => weights.get(coding) ?? weights.get("*") ?? 0;
}
