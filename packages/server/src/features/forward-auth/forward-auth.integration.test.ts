/** Forward authentication with nginx in front of a panel. */
import { createPublicKey, verify } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { type RunningNginx, startNginx } from "../../../test/nginx.ts";

const longName = "Işıl Çağlar ".repeat(16).trim();
let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let gatehouse: string;
let panel: Server;
let nginx: RunningNginx;
/** Headers of the panel's last request. */
let seen: IncomingHttpHeaders | null = null;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"], name: longName });
  gatehouse = await t.app.listen({ port: 0, host: "127.0.0.1" });
  panel = createServer((request, response) => {
    seen = request.headers;
    response.end("the panel");
  });
  await new Promise<void>((resolve) => panel.listen(0, "127.0.0.1", resolve));
  nginx = await startNginx(locations((panel.address() as AddressInfo).port));
});
afterAll(async () => {
  await nginx.stop();
  panel.close();
  await t.close();
});

/** The configuration in the guide. */
function locations(panelPort: number): string {
  return `
    location = /gatehouse-auth {
      internal;
      proxy_pass ${gatehouse}/api/v1/forward-auth?organization=${acme.organizationId}&permission=campaigns:view;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
    location / {
      auth_request /gatehouse-auth;
      auth_request_set $gatehouse_user $upstream_http_x_gatehouse_user;
      auth_request_set $gatehouse_email $upstream_http_x_gatehouse_email;
      auth_request_set $gatehouse_name $upstream_http_x_gatehouse_name;
      auth_request_set $gatehouse_assertion $upstream_http_x_gatehouse_assertion;
      proxy_set_header X-Gatehouse-User $gatehouse_user;
      proxy_set_header X-Gatehouse-Email $gatehouse_email;
      proxy_set_header X-Gatehouse-Name $gatehouse_name;
      proxy_set_header X-Gatehouse-Assertion $gatehouse_assertion;
      proxy_pass http://127.0.0.1:${panelPort};
    }`;
}

async function visit(headers: Readonly<Record<string, string>>, path = "/campaigns") {
  seen = null;
  const response = await fetch(`${nginx.url}${path}`, { headers });
  return { status: response.status, text: await response.text() };
}

const createCookie = async (user: TestUser) => ({ cookie: `theme=dark; gatehouse=${await t.session(user)}` });

test("forwards an authorized user with verified headers, and ignores the browser's own", async () => {
  const forged = { "x-gatehouse-user": "root", "x-gatehouse-assertion": "x.y.z", "x-gatehouse-name": "Root" };
  expect(await visit({ ...forged, ...(await createCookie(person)) })).toEqual({
    status: 200,
    text: "the panel",
  });
  expect(seen).toMatchObject({ "x-gatehouse-user": person.userId, "x-gatehouse-email": person.email });
  expect(decodeURIComponent(String(seen?.["x-gatehouse-name"]))).toBe(longName);
});

test("the assertion is signed with the published key and has all claims", async () => {
  await visit(await createCookie(person));
  const [head = "", claims = "", signature = ""] = String(seen?.["x-gatehouse-assertion"]).split(".");
  const { keys } = (await (await fetch(`${gatehouse}/.well-known/jwks.json`)).json()) as {
    keys: { kid: string; kty: string; crv: string; x: string }[];
  };
  const { kid, ...header } = JSON.parse(Buffer.from(head, "base64url").toString());
  expect(header).toEqual({ alg: "EdDSA", typ: "JWT" });
  const key = keys.find((one) => one.kid === kid);
  if (key === undefined) throw new Error("The key is not published.");
  const publicKey = createPublicKey({ key: { kty: key.kty, crv: key.crv, x: key.x }, format: "jwk" });
  const check = (text: string) =>
    verify(null, Buffer.from(text), publicKey, Buffer.from(signature, "base64url"));
  expect(check(`${head}.${claims}`)).toBe(true);
  const payload = JSON.parse(Buffer.from(claims, "base64url").toString());
  const now = Math.floor(t.clock.now().getTime() / 1000);
  expect(payload).toEqual({
    iss: "http://127.0.0.1:3000",
    aud: "http://127.0.0.1:3000",
    sub: person.userId,
    organization: acme.organizationId,
    name: longName,
    email: person.email,
    iat: now,
    exp: now + 60,
  });
  const other = Buffer.from(JSON.stringify({ ...payload, sub: acme.owner.userId })).toString("base64url");
  expect(check(`${head}.${other}`)).toBe(false);
});

test("returns 401 without a session and 403 without permission, and doesn't call the panel", async () => {
  const nobody = await t.user(acme, { roles: [] });
  const elsewhere = (await t.organization()).owner;
  const suspended = await t.user(acme, { roles: ["viewer"], status: "suspended" });
  for (const [headers, status] of [
    [{}, 401],
    [{ cookie: "gatehouse=rubbish" }, 401],
    [await createCookie(elsewhere), 401],
    [await createCookie(suspended), 401],
    [await createCookie(nobody), 403],
  ] as const) {
    expect((await visit(headers)).status).toBe(status);
    expect(seen).toBeNull();
  }
});

test("a removed role and an ended session count at the next request", async () => {
  const one = await t.user(acme, { roles: ["viewer"] });
  const headers = await createCookie(one);
  expect((await visit(headers)).status).toBe(200);
  await t.sql("DELETE FROM user_roles WHERE organization_id = $1 AND user_id = $2", [
    acme.organizationId,
    one.userId,
  ]);
  expect((await visit(headers)).status).toBe(403);
  await t.sql("DELETE FROM sessions WHERE account_id = $1", [one.accountId]);
  expect((await visit(headers)).status).toBe(401);
});

test("rejects invalid parameters, and requires every permission", async () => {
  const cookie = (await createCookie(person)).cookie;
  const forwardAuth = async (query: string) => {
    const response = await t.app.inject({ url: `/api/v1/forward-auth${query}`, headers: { cookie } });
    return [response.statusCode, response.body === "" ? null : response.json().code];
  };
  const here = `?organization=${acme.organizationId}`;
  expect(await forwardAuth("")).toEqual([422, "request/invalid"]);
  expect(await forwardAuth("?organization=acme")).toEqual([422, "request/invalid"]);
  expect(await forwardAuth(here)).toEqual([200, null]);
  expect(await forwardAuth(`${here}&permission=campaigns:veiw`)).toEqual([422, "permissions/unknown"]);
  expect(await forwardAuth(`${here}&permission=campaigns:view&permission=segments:view`)).toEqual([
    200,
    null,
  ]);
  expect(await forwardAuth(`${here}&permission=campaigns:view&permission=campaigns:approve`)).toEqual([
    403,
    "forbidden/permission",
  ]);
  const signedOut = await t.app.inject({ url: `/api/v1/forward-auth${here}` });
  expect(signedOut.headers["x-gatehouse-sign-in"]).toBe("http://127.0.0.1:3000/sign-in");
});
