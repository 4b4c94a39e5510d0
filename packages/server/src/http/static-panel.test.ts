import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Config, readConfig } from "../config.ts";
import { getBasePath } from "./base-path.ts";
import { prepareApp } from "./prepare-app.ts";
import { registerPanel, trackRoutes } from "./static-panel.ts";

const deps = { config: readConfig({}), log: pino({ level: "silent" }) };
const page = "<!doctype html><title>Gatehouse</title>";
let folder: string;
let app: FastifyInstance;

async function serve(
  directory: string,
  log: Logger = deps.log,
  config: Config = deps.config,
): Promise<FastifyInstance> {
  const prepared = await prepareApp({ config, log });
  const unknownAddress = trackRoutes(prepared);
  await registerPanel(prepared, unknownAddress, { directory, basePath: getBasePath(config) });
  return prepared;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatehouse-panel-"));
  mkdirSync(join(folder, "dist/assets"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "not for you");
  writeFileSync(join(folder, "dist/index.html"), page);
  writeFileSync(join(folder, "dist/favicon.svg"), "<svg/>");
  writeFileSync(join(folder, "dist/assets/base-1a2b.js"), "export {};");
  writeFileSync(join(folder, "dist/assets/base-1a2b.js.br"), brotliCompressSync("export {};"));
  writeFileSync(join(folder, "dist/assets/base-1a2b.js.gz"), gzipSync("export {};"));
  app = await serve(join(folder, "dist"));
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

test("marks only files with a hash in their name as immutable", async () => {
  const [asset, icon, start] = await Promise.all(
    ["/assets/base-1a2b.js", "/favicon.svg", "/index.html"].map((url) => app.inject({ url })),
  );
  expect(asset?.headers).toMatchObject({
    "cache-control": "public, max-age=31536000, immutable",
    "content-type": expect.stringMatching(/^(text|application)\/javascript; charset=utf-8$/),
    "x-content-type-options": "nosniff",
  });
  expect(icon?.headers["cache-control"]).toBe("no-store");
  expect(start?.headers["cache-control"]).toBe("no-store");
});

test.each([
  ["br, gzip", "br", brotliDecompressSync],
  ["gzip, deflate", "gzip", gunzipSync],
  ["identity", undefined, (bytes: Buffer) => bytes],
])("sends the precompressed file to a browser that accepts %s", async (accepted, encoding, decode) => {
  const url = "/assets/base-1a2b.js";
  const response = await app.inject({ url, headers: { "accept-encoding": accepted } });
  expect(response.headers["content-encoding"]).toBe(encoding);
  expect(response.headers["vary"]).toMatch(/accept-encoding/i);
  expect(response.headers["content-type"]).toMatch(/javascript/);
  expect(response.headers["cache-control"]).toContain("immutable");
  expect(decode(response.rawPayload).toString()).toBe("export {};");
});

test.each(["/", "/users", "/users/019?tab=sessions", "/accept", "/setup?x=a.b"])(
  "serves the page to a browser that opens %s",
  async (url) => {
    const response = await app.inject({
      url,
      headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" },
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.body).toBe(page);
  },
);

test.each([
  ["GET", "/api/v1/nothing"],
  ["GET", "/api"],
  ["GET", "/access/v1/evaluation"],
  ["GET", "/.well-known/security.txt"],
  ["GET", "/metrics"],
  ["GET", "/assets/"],
  ["GET", "/assets/gone-3c4d.js"],
  ["GET", "/assets/base-1a2b.js.br"],
  ["GET", "/robots.txt"],
  ["GET", "/../secret.txt"],
  ["GET", "/%2e%2e/secret.txt"],
  ["GET", "/assets/..%2f..%2fsecret.txt"],
  ["GET", "/assets/..%5c..%5csecret.txt"],
  ["POST", "/users"],
  ["DELETE", "/"],
] as const)("responds to %s %s with 404, not with the page", async (method, url) => {
  const response = await app.inject({ method, url, headers: { accept: "text/html" } });
  expect(response.statusCode).toBe(404);
  expect(response.json()).toMatchObject({ code: "not-found" });
});

const token = "0199d0c5.1.mac-_";

test.each([
  ["/accept%23", "/accept#"],
  ["/accept/%23", "/accept#"],
  ["/setup%2523", "/setup#"],
  ["/confirm-email%23", "/confirm-email#"],
])(
  "redirects a link whose # was encoded from %s to its fragment, and logs no token",
  async (start, target) => {
    const lines: string[] = [];
    const log = pino({ level: "trace" }, { write: (line: string) => lines.push(line) });
    const logging = await serve(join(folder, "dist"), log);
    for (const end of ["", ".", "?utm_source=mail"])
      for (const method of ["GET", "HEAD"] as const)
        for (const accept of ["text/html,*/*;q=0.8", "application/json"]) {
          const response = await logging.inject({
            method,
            url: `${start}${token}${end}`,
            headers: { accept },
          });
          expect(response.statusCode).toBe(302);
          expect(response.headers["location"]).toBe(`${target}${token}${end === "." ? "." : ""}`);
          expect(response.headers["cache-control"]).toBe("no-store");
        }
    await logging.close();
    expect(lines).toHaveLength(12);
    expect(lines.join("")).not.toContain(token);
  },
);

test.each(["//evil.example/%23x", "/a.b%23x", "/users/1%23x", "/%23x"])(
  "does not redirect %s",
  async (url) => {
    expect((await app.inject({ url })).headers["location"]).toBeUndefined();
  },
);

test("responds with 404 to a client that doesn't accept HTML", async () => {
  const response = await app.inject({ url: "/users", headers: { accept: "application/json" } });
  expect(response.statusCode).toBe(404);
});

test("runs without a built panel", async () => {
  const bare = await serve(join(folder, "nothing-here"));
  expect((await bare.inject({ url: "/" })).statusCode).toBe(404);
  await bare.close();
});

test("serves a page whose files and scripts are below the path of PUBLIC_URL", async () => {
  const directory = join(folder, "below-a-path");
  mkdirSync(directory);
  const script = '<script src="/theme.js"></script>';
  writeFileSync(join(directory, "index.html"), `<!doctype html><html lang="en">${script}</html>`);
  writeFileSync(join(directory, "theme.js"), "x");
  const config = readConfig({ PUBLIC_URL: "https://example.com/gatehouse" });
  const below = await serve(directory, deps.log, config);
  for (const url of ["/gatehouse", "/gatehouse/users", "/gatehouse/index.html", "/users"]) {
    const response = await below.inject({ url, headers: { accept: "text/html" } });
    expect(response.headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(response.body).toBe(
      '<!doctype html><html data-base="/gatehouse" lang="en"><script src="/gatehouse/theme.js"></script></html>',
    );
  }
  expect((await below.inject({ url: "/gatehouse/theme.js" })).body).toBe("x");
  const broken = await below.inject({ url: `/gatehouse/accept%23${token}` });
  expect(broken.headers["location"]).toBe(`/gatehouse/accept#${token}`);
  await below.close();
});
