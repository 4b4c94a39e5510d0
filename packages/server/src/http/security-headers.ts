/** Headers on every answer: what a browser may do with our pages, and what it may keep. */
import helmet from "@fastify/helmet";
import Fastify, { type FastifyInstance } from "fastify";
import type { Config } from "../config.ts";

const contentSecurityPolicy = {
  useDefaults: false,
  directives: {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  },
};

/** Scripts and styles come from our own files alone, nobody may frame us, and nothing that we answer is kept. */
export async function sendSecurityHeaders(
  app: FastifyInstance,
  { publicUrl }: Pick<Config, "publicUrl">,
): Promise<void> {
  const same = {
    ...(await headersOfHelmet(publicUrl.startsWith("https:"))),
    "cache-control": "no-store",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  };
  app.addHook("onRequest", async (request, reply) => {
    reply.headers(same).header("x-request-id", request.id);
  });
}

/** What helmet sends: the same with every answer, so it is asked once. */
async function headersOfHelmet(isSecure: boolean): Promise<Record<string, string>> {
  const model = Fastify();
  await model.register(helmet, {
    contentSecurityPolicy,
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
    xFrameOptions: { action: "deny" },
    crossOriginEmbedderPolicy: false,
  });
  let headers: Record<string, string> = {};
  model.get("/", async (_, reply) => {
    headers = Object.fromEntries(
      Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]),
    );
  });
  await model.inject("/");
  await model.close();
  return headers;
}
