/** nginx in front of a panel on another host (`localhost`; Gatehouse is on `127.0.0.1`), configured as in the guide. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freePort } from "../../../../../scripts/testing/free-port.mjs";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { type RunningNginx, startNginx } from "../../../test/nginx.ts";

let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let panel: Server;
let nginx: RunningNginx;
let origin: string;
/** Headers of the panel's last request. */
let seen: IncomingHttpHeaders | null = null;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  const gatehouse = await t.app.listen({ port: 0, host: "127.0.0.1" });
  panel = createServer((request, response) => {
    seen = request.headers;
    response.end(`the panel at ${request.url}`);
  });
  await new Promise<void>((resolve) => panel.listen(0, "127.0.0.1", resolve));
  const port = await freePort();
  origin = `http://localhost:${port}`;
  await t.sql("UPDATE organizations SET panel_origins = $1 WHERE organization_id = $2", [
    [origin],
    acme.organizationId,
  ]);
  nginx = await startNginx(locations(gatehouse, (panel.address() as AddressInfo).port), port);
});
beforeEach(async () => {
  cookies.clear();
  person = await t.user(acme, { roles: ["viewer"] });
});
afterAll(async () => {
  await nginx.stop();
  panel.close();
  await t.close();
});

/** The configuration in the guide. */
function locations(gatehouse: string, panelPort: number): string {
  const who = `organization=${acme.organizationId}&origin=${origin}`;
  return `
    location / {
      auth_request /gatehouse-auth;
      error_page 401 = @sign_in;
      auth_request_set $gatehouse_user $upstream_http_x_gatehouse_user;
      auth_request_set $gatehouse_assertion $upstream_http_x_gatehouse_assertion;
      proxy_set_header X-Gatehouse-User $gatehouse_user;
      proxy_set_header X-Gatehouse-Assertion $gatehouse_assertion;
      proxy_pass http://127.0.0.1:${panelPort};
    }
    location @sign_in {
      return 302 /gatehouse/sign-in?to=$request_uri;
    }
    location = /gatehouse-auth {
      internal;
      proxy_pass ${gatehouse}/api/v1/forward-auth?${who}&permission=campaigns:view;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
    }
    location /gatehouse/ {
      rewrite ^/gatehouse/(.+)$ /api/v1/hand-off/$1?${who} break;
      proxy_pass ${gatehouse};
    }`;
}

/** A browser's cookies on the panel's host. */
const cookies = new Map<string, string>();

/** Sends a request to nginx with the panel's cookies. */
async function visit(address: string, init: RequestInit = {}) {
  seen = null;
  const { port, pathname, search } = new URL(address, origin);
  const response = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
    redirect: "manual",
    ...init,
    headers: { ...init.headers, cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
  });
  for (const line of response.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "") cookies.delete(name);
    else cookies.set(name, value);
  }
  const text = await response.text();
  return { status: response.status, text, location: response.headers.get("location") ?? "" };
}

/** Requests the hand-off as Gatehouse's page does. */
async function handOff(address: string): Promise<string> {
  const { searchParams } = new URL(address);
  const response = await t.as(person).post(`/organizations/${searchParams.get("organization")}/hand-offs`, {
    origin: searchParams.get("origin"),
    state: searchParams.get("state"),
    to: searchParams.get("to"),
    consent: true,
  });
  expect(response.statusCode, response.body).toBe(201);
  return response.json<{ location: string }>().location;
}

const toPath = (address: string) => address.replace(/^http:\/\/(?:localhost|127\.0\.0\.1):\d+/, "");

async function signIn(path: string): Promise<string> {
  const refused = await visit(path);
  expect([refused.status, toPath(refused.location)]).toEqual([302, `/gatehouse/sign-in?to=${path}`]);
  const started = await visit(refused.location);
  expect(started.location).toMatch(/^http:\/\/127\.0\.0\.1:3000\/hand-off\?/);
  const finished = await visit(await handOff(started.location));
  expect(finished.status).toBe(302);
  return finished.location;
}

test("signs in and forwards the requested page with signed headers", async () => {
  const path = "/campaigns?status=draft&to=//evil.example&q=%C5%9Fehir%20a%26b";
  expect(await signIn(path)).toBe(`${origin}${path}`);
  expect(await visit(path)).toMatchObject({ status: 200, text: `the panel at ${path}` });
  expect(seen).toMatchObject({
    "x-gatehouse-user": person.userId,
    "x-gatehouse-assertion": expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
});

test("query parameters of the browser change neither organization nor panel", async () => {
  const refused = await visit("/x?organization=0&origin=https://evil.example");
  const started = new URL((await visit(refused.location)).location).searchParams;
  expect([started.get("organization"), started.get("origin")]).toEqual([acme.organizationId, origin]);
  const meddled = await visit("/gatehouse/sign-in?origin=https://evil.example&organization=0&to=/x");
  expect(new URL(meddled.location).searchParams.get("origin")).toBe(origin);
});

test("signing out everywhere in Gatehouse requires sign-in at the next request", async () => {
  await signIn("/campaigns");
  expect((await visit("/campaigns")).status).toBe(200);
  await t.sql("DELETE FROM user_roles WHERE organization_id = $1 AND user_id = $2", [
    acme.organizationId,
    person.userId,
  ]);
  expect((await visit("/campaigns")).status).toBe(403);
  expect((await t.as(person).delete("/sessions")).statusCode).toBe(204);
  expect((await visit("/campaigns")).location).toMatch(/\/gatehouse\/sign-in\?to=\/campaigns$/);
  expect(seen).toBeNull();
});

test("the panel's sign-out works as a form and from a script", async () => {
  for (const [accept, status, to] of [
    ["text/html,*/*", 303, "http://127.0.0.1:3000/hand-off?outcome=signed-out"],
    ["*/*", 204, ""],
  ] as const) {
    cookies.clear();
    await signIn("/campaigns");
    const headers = { accept, origin, "content-type": "application/x-www-form-urlencoded" };
    const kept = new Map(cookies);
    const foreign = { ...headers, origin: "https://evil.example" };
    expect((await visit("/gatehouse/sign-out", { method: "POST", headers: foreign })).status).toBe(403);
    expect((await visit("/campaigns")).status).toBe(200);
    const left = await visit("/gatehouse/sign-out", { method: "POST", headers, body: "" });
    expect([left.status, left.location]).toEqual([status, to]);
    for (const [name, value] of kept) cookies.set(name, value); // a stolen copy
    expect((await visit("/campaigns")).status).toBe(302);
  }
});
