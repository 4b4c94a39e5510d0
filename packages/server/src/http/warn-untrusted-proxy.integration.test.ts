import { pino } from "pino";
import { expect, test, vi } from "vitest";
import { createTestApp } from "../../test/create-test-app.ts";
import { createApp } from "../app.ts";

const ask = (app: Awaited<ReturnType<typeof createApp>>, remoteAddress: string, forwarded: string) =>
  app.inject({ url: "/livez", remoteAddress, headers: { "x-forwarded-for": forwarded } });

test("logs a warning once about an untrusted proxy, and records it for doctor", async () => {
  const t = await createTestApp();
  const lines: string[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const app = await createApp({ ...t.deps, log });
  await app.inject({ url: "/livez", remoteAddress: "192.0.2.9" });
  expect(lines).toEqual([]);
  for (let index = 0; index < 3; index += 1) await ask(app, "192.0.2.9", `203.0.113.${index}`);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("set TRUSTED_PROXIES");
  expect(lines[0]).toContain("192.0.2.9");
  await vi.waitFor(async () => {
    expect(await t.sql("SELECT untrusted_proxy FROM installation")).toEqual([
      { untrusted_proxy: "192.0.2.9" },
    ]);
  });
  await app.close();
  await t.close();
});

test("doesn't warn about a configured proxy", async () => {
  const lines: string[] = [];
  const t = await createTestApp({ config: { trustedProxies: ["192.0.2.0/24"] } });
  const log = pino({ level: "warn" }, { write: (line: string) => void lines.push(line) });
  const app = await createApp({ ...t.deps, log });
  await ask(app, "192.0.2.9", "203.0.113.7:51008");
  expect(lines).toEqual([]);
  expect(await t.sql("SELECT untrusted_proxy FROM installation")).toEqual([{ untrusted_proxy: null }]);
  await app.close();
  await t.close();
});

test("shares no rate limit among clients whose address a trusted proxy doesn't know", async () => {
  const t = await createTestApp({
    config: { trustedProxies: ["192.0.2.0/24"] },
    passwords: { hash: async () => "hash", verify: async (_, password) => password === "right" },
  });
  const { owner } = await t.organization();
  const signIn = (email: string, password: string, forwarded: string) =>
    t.app.inject({
      method: "POST",
      url: "/api/v1/sessions",
      remoteAddress: "192.0.2.9",
      headers: {
        origin: "http://127.0.0.1:3000",
        "content-type": "application/json",
        "x-forwarded-for": forwarded,
      },
      payload: JSON.stringify({ email, password }),
    });
  for (let index = 0; index < 101; index += 1)
    await signIn(`nobody-${index}@spray.test`, "wrong", index % 2 === 0 ? "unknown" : "");
  expect((await signIn(owner.email, "right", "unknown")).statusCode).toBe(201);
  const [session] = await t.sql("SELECT ip FROM sessions");
  expect(session).toEqual({ ip: "192.0.2.9" });
  for (let index = 0; index < 100; index += 1)
    await signIn(`nobody-${index}@spray.test`, "wrong", `203.0.113.7:${51_000 + index}`);
  expect((await signIn(owner.email, "right", "203.0.113.7:443")).statusCode).toBe(429);
  expect((await signIn(owner.email, "right", "[2001:db8::1]:443")).statusCode).toBe(201);
  await t.close();
});
