/** nginx in front of a panel on a host of its own (`localhost`, while Gatehouse is on `127.0.0.1`), as the guide has it. */
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";
import type { TestOrganization, TestUser } from "../../../test/factories.ts";
import { freePort } from "../../../test/program.ts";
import { type RunningNginx, startNginx } from "../../../test/start-nginx.ts";

let t: TestApp;
let acme: TestOrganization;
let person: TestUser;
let panel: Server;
let nginx: RunningNginx;
let origin: string;
/** What the panel was sent last. */
let seen: IncomingHttpHeaders | null = null;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  person = await t.user(acme, { roles: ["viewer"] });
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
afterAll(async () => {
  await nginx.stop();
  panel.close();
  await t.close();
});

/** As the guide has it. */
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

/** Asks nginx by its address, under the panel's name: the two share no cookie. */
async function visit(address: string, init: RequestInit = {}) {
  seen = null;
  const { port, pathname, search } = new URL(address, origin);
  const answer = await fetch(`http://127.0.0.1:${port}${pathname}${search}`, {
    redirect: "manual",
    ...init,
    headers: { ...init.headers, cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
  });
  for (const line of answer.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === "") cookies.delete(name);
    else cookies.set(name, value);
  }
  const text = await answer.text();
  return { status: answer.status, text, location: answer.headers.get("location") ?? "" };
}

/** What Gatehouse's page does with the address that it was opened at. */
async function handOff(address: string): Promise<string> {
  const { searchParams } = new URL(address);
  const answer = await t.as(person).post(`/organizations/${searchParams.get("organization")}/hand-offs`, {
    origin: searchParams.get("origin"),
    state: searchParams.get("state"),
    to: searchParams.get("to"),
    consent: true,
  });
  expect(answer.statusCode, answer.body).toBe(201);
  return answer.json<{ location: string }>().location;
}

const pathOf = (address: string) => address.replace(/^http:\/\/(?:localhost|127\.0\.0\.1):\d+/, "");

async function signIn(wanted: string): Promise<string> {
  const refused = await visit(wanted);
  expect([refused.status, pathOf(refused.location)]).toEqual([302, `/gatehouse/sign-in?to=${wanted}`]);
  const begun = await visit(refused.location);
  expect(begun.location).toMatch(/^http:\/\/127\.0\.0\.1:3000\/hand-off\?/);
  const finished = await visit(await handOff(begun.location));
  expect(finished.status).toBe(302);
  return finished.location;
}

test("whoever signs in at Gatehouse comes through to the page that they wanted, with signed headers", async () => {
  const wanted = "/campaigns?status=draft&to=//evil.example&q=%C5%9Fehir%20a%26b";
  expect(await signIn(wanted)).toBe(`${origin}${wanted}`);
  expect(await visit(wanted)).toMatchObject({ status: 200, text: `the panel at ${wanted}` });
  expect(seen).toMatchObject({
    "x-gatehouse-user": person.userId,
    "x-gatehouse-assertion": expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
  });
});

test("what a visitor writes behind a page's address changes neither organization nor panel", async () => {
  cookies.clear();
  const refused = await visit("/x?organization=0&origin=https://evil.example");
  const begun = new URL((await visit(refused.location)).location).searchParams;
  expect([begun.get("organization"), begun.get("origin")]).toEqual([acme.organizationId, origin]);
  const meddled = await visit("/gatehouse/sign-in?origin=https://evil.example&organization=0&to=/x");
  expect(new URL(meddled.location).searchParams.get("origin")).toBe(origin);
});

test("signing out everywhere in Gatehouse leads back to sign-in at the next request", async () => {
  cookies.clear();
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

test("the panel's own button signs out there, sent as a form or by a script", async () => {
  const other = await t.user(acme, { roles: ["viewer"] });
  person = other;
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
    for (const [name, value] of kept) cookies.set(name, value); // somebody had copied them
    expect((await visit("/campaigns")).status).toBe(302);
  }
});
