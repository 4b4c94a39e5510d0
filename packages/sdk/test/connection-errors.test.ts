/** The errors of a wrong address, key or organization name the cause and the next step. */
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { definePermissions } from "@gatehouse/access";
import { afterEach, expect, test, vi } from "vitest";
import { describeConnectionFailure } from "../src/client/connection-failure.ts";
import { createClient } from "../src/client/index.ts";
import { createGatehouse, GatehouseError, type GatehouseOptions } from "../src/index.ts";

/** Self-signed, for 127.0.0.1, valid for 100 years. */
const certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHzFw40M7trGb5wLn
VooQfaHjR2peH3pxEXFUsqHyITmhRANCAAQtDC4JiprEAL7dczLLYguiDS+ml3pS
FEROSnDp2jSo+mSGf3Pn/VrnU5pYyhH0F/fF4h7hy1aVHpUPEgE3MbVO
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUbNT+LRN8WFTUAK9Y86SILq6QExgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyOTA5MzA0NloYDzIxMjYxMTA1
MDkzMDQ2WjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQtDC4JiprEAL7dczLLYguiDS+ml3pSFEROSnDp2jSo+mSGf3Pn/Vrn
U5pYyhH0F/fF4h7hy1aVHpUPEgE3MbVOo2QwYjAdBgNVHQ4EFgQUc5VESC1j4bWe
hpP6TZ4Wx6W4PQQwHwYDVR0jBBgwFoAUc5VESC1j4bWehpP6TZ4Wx6W4PQQwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
IEQBb8RuaOr5rTktBuzj86Y4HPk/7fvveGrP0Y9GP4v4AiBm9jSmL41WIVcDlqUr
30vleP43G5OW6S8QNHq9VpQcaA==
-----END CERTIFICATE-----`,
};

const permissions = definePermissions({ a: { label: "A", actions: { view: {} } } });
const organizationId = "0190b8a2-3c4d-7e5f-8a6b-9c0d1e2f3a4b";
const apiKey = `ghk_${organizationId.replaceAll("-", "")}_${"k".repeat(43)}`;
const opened: { close: () => unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  opened.push(server);
  return (server.address() as AddressInfo).port;
}
const serve = (respond: RequestListener) => listen(createServer(respond));

type Options = Partial<GatehouseOptions<"a:view">>;

function connect(options: Options) {
  const gatehouse = createGatehouse({
    url: "http://127.0.0.1:9",
    apiKey,
    permissions,
    timeout: 300,
    ...options,
  });
  opened.push(gatehouse);
  return gatehouse;
}

/** The error of a request. */
async function fail(options: Options): Promise<GatehouseError> {
  const settings = { url: "http://127.0.0.1:9", apiKey, ...options };
  const error: unknown = await createClient(settings)
    .getPermissions()
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GatehouseError);
  return error as GatehouseError;
}

test.for<[string, Options, RegExp]>([
  ["no url", { url: undefined }, /`url` is missing.*environment variable/],
  ["an empty url", { url: " " }, /`url` is missing/],
  ["a url without a scheme", { url: "gatehouse.example.com" }, /"gatehouse\.example\.com".*https:\/\//],
  [
    "a url of the API",
    { url: "https://g.example.com/api/v1/" },
    /Leave out the path: https:\/\/g\.example\.com$/,
  ],
  [
    "a url of the API below a path",
    { url: "https://example.com/gate/api/v1" },
    /Leave out the path: https:\/\/example\.com\/gate$/,
  ],
  ["no key", { apiKey: undefined }, /`apiKey` is missing.*Gatehouse's settings.*environment variable/],
  ["half a key", { apiKey: "ghk_0190b8a2" }, /not a complete API key.*Copy it whole/],
  [
    "another organization",
    { organizationId: "0190b8a2-0000-7000-8000-000000000000" },
    /belongs to 0190b8a2-3c4d-7e5f-8a6b-9c0d1e2f3a4b\..*Leave organizationId out/,
  ],
])("%s", async ([, options, message]) => {
  const fetchFunction = vi.fn();
  const error = await fail({ ...options, fetch: fetchFunction });
  expect(error.code).toBe("gatehouse/configuration");
  expect(error.message).toMatch(message);
  const gatehouse = connect({ onError: () => undefined, ...options, fetch: fetchFunction });
  await expect(gatehouse.ready()).rejects.toThrow(error.message);
  expect(fetchFunction).not.toHaveBeenCalled();
});

test("a port where nothing listens", async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await once(server, "close");
  expect((await fail({ url: `http://127.0.0.1:${port}` })).message).toMatch(
    /Nothing listens at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Is Gatehouse running.*container/,
  );
});

test("a host name that doesn't exist", async () => {
  const { message } = await fail({ url: "http://gatehouse.invalid" });
  expect(message).toMatch(
    /host name of http:\/\/gatehouse\.invalid can't be resolved \((?:ENOTFOUND|EAI_AGAIN)\)/,
  );
});

test("a certificate that is not trusted", async () => {
  const port = await listen(createTlsServer(certificate, (_request, response) => response.end()));
  const { message } = await fail({ url: `https://127.0.0.1:${port}` });
  expect(message).toMatch(/certificate of 127\.0\.0\.1:\d+ is not accepted \(\w+\)\. .*NODE_EXTRA_CA_CERTS/);
});

test("https where a port speaks http", async () => {
  const port = await serve((_request, response) => response.end());
  expect((await fail({ url: `https://127.0.0.1:${port}` })).message).toMatch(
    /doesn't speak TLS.*Use http:\/\//,
  );
});

test("http where a port speaks TLS", async () => {
  const port = await listen(createTlsServer(certificate, (_request, response) => response.end()));
  expect((await fail({ url: `http://127.0.0.1:${port}` })).message).toMatch(
    /If the port speaks TLS, use https:/,
  );
});

test("no response in time", async () => {
  const port = await serve(() => undefined);
  const client = createClient({ url: `http://127.0.0.1:${port}`, apiKey, timeout: 100 });
  await expect(client.getPermissions()).rejects.toThrow(/didn't respond in time \(TimeoutError\).*firewall/);
});

test.for<[string, number, Record<string, string>, RegExp]>([
  ["another site", 404, {}, /status 404\) is not Gatehouse's\. Check `url`/],
  [
    "a redirect",
    308,
    { location: "https://g.example.com/" },
    /it redirects to https:\/\/g\.example\.com\/\. Check `url`/,
  ],
  ["a proxy's page", 502, {}, /status 502\).*any proxy/],
])("%s", async ([, status, headers, message]) => {
  const port = await serve((_request, response) => response.writeHead(status, headers).end("<h1>Hello</h1>"));
  expect((await fail({ url: `http://127.0.0.1:${port}` })).message).toMatch(message);
});

test("a path below Gatehouse, or an organization that is gone", async () => {
  const problem = JSON.stringify({ code: "not-found", detail: "Nothing is here." });
  const port = await serve((_request, response) => response.writeHead(404).end(problem));
  const error: unknown = await connect({ url: `http://127.0.0.1:${port}/users`, onError: () => undefined })
    .ready()
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "not-found",
    status: 404,
    message: expect.stringMatching(/no organization 0190b8a2-3c4d.*as in PUBLIC_URL/),
  });
});

test.for([
  ["CERT_HAS_EXPIRED", /not accepted \(CERT_HAS_EXPIRED\)\. Renew it/],
  ["ERR_TLS_CERT_ALTNAME_INVALID", /use its host name/],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", /not accepted/],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /not accepted/],
  ["UND_ERR_CONNECT_TIMEOUT", /in time/],
  ["EHOSTUNREACH", /in time/],
] as const)("names %s", ([code, message]) => {
  const error = new TypeError("fetch failed", { cause: Object.assign(new AggregateError([]), { code }) });
  expect(describeConnectionFailure("https://g.example.com", error)).toMatch(message);
});

test("without onError each failure is one line in the console, and again after the connection has worked", async () => {
  const write = vi.spyOn(console, "error").mockImplementation(() => undefined);
  let isDown = true;
  const port = await serve((request, response) => {
    if (isDown) return response.writeHead(503, { "content-type": "text/html" }).end();
    response.writeHead(200, { "content-type": "text/event-stream" });
    const at = new Date().toISOString();
    response.write(
      `event: reset\ndata: {"users":0}\n\nid: 1.ab\nevent: current\ndata: {"elapsed":0,"at":"${at}"}\n\n`,
    );
    setTimeout(() => response.destroy(), 50).unref();
    return request.once("close", () => {
      isDown = true;
    });
  });
  const gatehouse = connect({ url: `http://127.0.0.1:${port}` });
  void gatehouse.ready().catch(() => undefined);
  const lines = () =>
    write.mock.calls.map(([line]) => String(line)).filter((line) => line.includes("status 503"));
  await expect.poll(lines).toHaveLength(1);
  expect(lines()[0]).toMatch(/^Gatehouse: The response from .* \(gatehouse\/unreachable\)$/);
  isDown = false;
  await expect.poll(lines, { timeout: 10_000 }).toHaveLength(2);
}, 20_000);
