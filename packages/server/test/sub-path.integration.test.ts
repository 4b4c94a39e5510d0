/** Gatehouse below a path of a host that it shares with other programs, behind nginx. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../../../scripts/testing/free-port.mjs";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { openEventStream } from "./event-stream-client.ts";
import type { TestOrganization } from "./factories.ts";
import { type RunningNginx, startNginx } from "./nginx.ts";

let t: TestApp;
let acme: TestOrganization;
/** The host that Gatehouse shares; everything else on it returns 404. */
let nginx: RunningNginx;
let base: string;

beforeAll(async () => {
  const port = await freePort();
  base = `http://127.0.0.1:${port}/gatehouse`;
  t = await createTestApp({ config: { publicUrl: base, isPublicUrlSet: true } });
  acme = await t.organization();
  const server = await t.app.listen({ port: 0, host: "127.0.0.1" });
  nginx = await startNginx(
    `    location /gatehouse/ { proxy_pass ${server}; proxy_buffering off; }
    location /removed/ { proxy_pass ${server}/; proxy_buffering off; }
    location /.well-known/authzen-configuration { proxy_pass ${server}; }`,
    port,
  );
});
afterAll(async () => {
  await nginx?.stop();
  await t.close();
});

const origin = () => new URL(base).origin;
const signIn = (from: string, headers: Record<string, string> = { origin: origin() }) =>
  fetch(`${from}/api/v1/sessions`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ email: acme.owner.email, password: "correct horse battery staple" }),
  });

test.each([
  ["passes the path on", () => base],
  ["removes the path", () => `${origin()}/removed`],
])("people sign in, and the API responds, behind a proxy that %s", async (_, from) => {
  const response = await signIn(from());
  expect(response.status).toBe(201);
  const [session = ""] = response.headers.getSetCookie();
  expect(session).toMatch(/^gatehouse=[\w-]{43}; Path=\/;/);
  const [cookie = ""] = session.split(";");
  const me = await fetch(`${from()}/api/v1/me`, { headers: { cookie } });
  expect(await me.json()).toMatchObject({ account: { email: acme.owner.email } });
  expect((await signIn(from(), { origin: "https://evil.example" })).status).toBe(403);
});

test("links of emails, of the API and of well-known addresses begin with the path", async () => {
  const invited = await t
    .as({ ...acme.owner })
    .post(
      `/organizations/${acme.organizationId}/invitations`,
      { invitations: [{ email: "ayse@example.test", roleIds: [acme.roles.viewer] }] },
      { origin: origin() },
    );
  expect(invited.statusCode).toBe(200);
  await t.drainOutbox();
  expect(t.mailbox.messages.at(-1)?.text).toContain(`${base}/accept#`);

  const follow = (path: string) => fetch(`${base}${path}`, { redirect: "manual" });
  expect(await (await follow("/api/v1/openapi.json")).json()).toMatchObject({ servers: [{ url: base }] });
  const account = await follow("/.well-known/change-password");
  expect(account.headers.get("location")).toBe(`${base}/account`);
  const query = `organization=${acme.organizationId}&origin=https://panel.example.com`;
  const panel = await follow(`/api/v1/hand-off/sign-in?${query}`);
  expect(panel.headers.get("location")).toMatch(new RegExp(`^${base}/hand-off\\?`));
  const metadata = {
    policy_decision_point: base,
    access_evaluation_endpoint: `${base}/access/v1/evaluation`,
  };
  for (const url of [
    `${base}/.well-known/authzen-configuration`,
    `${origin()}/.well-known/authzen-configuration/gatehouse`,
  ])
    expect(await (await fetch(url)).json()).toMatchObject(metadata);
});

test("every link of the guide and of the API reference leads to a page", async () => {
  for (const page of ["/help", "/help/roles", "/help?ask=invite+a+colleague&lang=en", "/api", "/help/none"]) {
    const response = await fetch(`${base}${page}`);
    const links = [...(await response.text()).matchAll(/(?:href|src|action)="([^"#]+)/g)];
    const own = new Set(
      links.map(([, link = ""]) => new URL(link.replaceAll("&amp;", "&"), response.url).href),
    );
    expect(own.size).toBeGreaterThan(3);
    for (const link of own) {
      if (!link.startsWith(origin())) continue;
      expect(link.startsWith(`${base}/`)).toBe(true);
      const isPage = !/\/(?:favicon\.svg)?$/.test(link); // the panel may not be built
      if (isPage) expect([link, (await fetch(link)).status]).toEqual([link, 200]);
    }
  }
  const help = await fetch(`${base}/help/for-operators?lang=en`, { headers: { accept: "application/json" } });
  expect(((await help.json()) as { html: string }).html).toContain(
    'href="/gatehouse/help/upgrading?lang=en"',
  );
  expect(await (await fetch(`${base}/help.md`)).text()).not.toContain("](/help/");
});

test("the SDK and open pages get changes through the path", async () => {
  const { key } = await t.apiKey(acme, { permissions: ["users:view", "roles:view"] });
  const gatehouse = createGatehouse({ url: base, apiKey: key, permissions: exampleCatalogue });
  const cookie = `gatehouse=${await t.session(acme.owner)}`;
  const stream = await openEventStream(`${base}/api/v1/organizations/${acme.organizationId}/events`, {
    cookie,
  });
  try {
    await gatehouse.ready();
    const user = await t.user(acme, { roles: [] });
    expect(gatehouse.can(user.userId, "users:view")).toBe(false);
    const path = `/organizations/${acme.organizationId}/users/${user.userId}`;
    const { headers } = await t.as(acme.owner).get(path);
    const changed = await t
      .as(acme.owner)
      .patch(
        path,
        { roleIds: [acme.roles.viewer] },
        { "if-match": String(headers["etag"]), origin: origin() },
      );
    expect(changed.statusCode).toBe(200);
    await expect.poll(() => gatehouse.can(user.userId, "users:view")).toBe(true);
    await stream.waitUntil(() => stream.events.some(({ name }) => name === "change"));
  } finally {
    stream.close();
    await gatehouse.close();
  }
});

test("probes reach the process without the path", async () => {
  expect((await t.app.inject({ url: "/livez" })).statusCode).toBe(200);
  expect((await t.app.inject({ url: "/gatehouse/livez" })).statusCode).toBe(200);
});
