import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";

let t: TestApp;
beforeAll(async () => {
  t = await createTestApp({
    config: { publicUrl: "https://gate.example.com", securityContact: "mailto:security@example.com" },
  });
});
afterAll(() => t.close());

const get = (path: string) => t.app.inject({ url: `/.well-known/${path}` });

test("leads password managers to the account page", async () => {
  const response = await get("change-password");
  expect([response.statusCode, response.headers.location]).toEqual([302, "https://gate.example.com/account"]);
  const endpoints = await get("passkey-endpoints");
  expect(endpoints.headers["content-type"]).toMatch(/^application\/json/);
  expect(endpoints.json()).toEqual({
    enroll: "https://gate.example.com/account",
    manage: "https://gate.example.com/account",
  });
});

test("says whom to tell about a vulnerability, in a file that expires in half a year", async () => {
  const response = await get("security.txt");
  expect(response.headers["content-type"]).toBe("text/plain; charset=utf-8");
  const expires = new Date(t.clock.now().getTime() + 180 * 86_400_000).toISOString();
  expect(response.body).toBe(
    `Contact: mailto:security@example.com\nExpires: ${expires}\nPreferred-Languages: en, tr\nCanonical: https://gate.example.com/.well-known/security.txt\n`,
  );
});
