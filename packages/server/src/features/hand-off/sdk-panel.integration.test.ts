/** A Fastify panel on another host that signs users in with the SDK. */
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";
import Fastify from "fastify";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../../test/create-test-app.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

test("the sign-in hook signs users in and out for the guards, and ignores the Host header", async () => {
  const origin = "https://panel.example.com";
  const { organizationId, ...acme } = await t.organization();
  const person = await t.user({ organizationId, ...acme }, { roles: ["viewer"] });
  await t.sql("UPDATE organizations SET panel_origins = $1", [[origin]]);
  const { key: apiKey } = await t.apiKey(
    { organizationId, ...acme },
    { permissions: ["users:view", "roles:view"] },
  );
  const url = await t.app.listen({ port: 0, host: "127.0.0.1" });
  const gatehouse = createGatehouse({ url, apiKey, organizationId, origin, permissions: exampleCatalogue });
  const panel = Fastify();
  panel.addHook("onRequest", gatehouse.fastify.signIn);
  panel.get("/campaigns", gatehouse.fastify.require("campaigns:view"), async (request) =>
    gatehouse.fastify.userOf(request),
  );
  const cookies: Record<string, string> = {};
  const send = async (method: "GET" | "POST", path: string, headers: Record<string, string> = {}) => {
    const response = await panel.inject({
      method,
      url: path,
      headers: { host: "evil.example", ...headers },
      cookies,
    });
    for (const { name, value } of response.cookies) {
      if (value === "") delete cookies[name];
      else cookies[name] = value;
    }
    return response;
  };

  expect((await send("GET", "/campaigns")).statusCode).toBe(401);
  const started = await send("GET", "/gatehouse/sign-in?to=/campaigns?page=2");
  const { searchParams } = new URL(String(started.headers.location));
  const { origin: at, state, to } = Object.fromEntries(searchParams);
  const handOff = await t
    .as(person)
    .post(`/organizations/${organizationId}/hand-offs`, { origin: at, state, to, consent: true });
  const { location } = handOff.json<{ location: string }>();
  expect(location.startsWith(`${origin}/gatehouse/session?code=`)).toBe(true);
  const finished = await send("GET", location.slice(origin.length));
  expect(finished.headers.location).toBe(`${origin}/campaigns?page=2`);
  expect(finished.headers["referrer-policy"]).toBe("no-referrer");
  expect((await send("GET", "/campaigns")).json()).toMatchObject({ id: person.userId });

  const form = { origin, accept: "text/html", "content-type": "application/x-www-form-urlencoded" };
  expect(
    (await send("POST", "/gatehouse/sign-out", { ...form, origin: "https://evil.example" })).statusCode,
  ).toBe(403);
  expect((await send("GET", "/campaigns")).statusCode).toBe(200);
  expect((await send("POST", "/gatehouse/sign-out", form)).headers.location).toMatch(/\?outcome=signed-out$/);
  expect(Object.keys(cookies)).toEqual(["__Host-gatehouse-state"]);
  expect((await send("GET", "/campaigns")).statusCode).toBe(401);
  gatehouse.close();
  await panel.close();
});
