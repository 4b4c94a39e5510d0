/** `mode: "ask"`: every check asks the server, and answers are kept for a moment. */
import { definePermissions, UnknownPermission } from "@gatehouse/access";
import { afterEach, beforeEach, expect, expectTypeOf, test, vi } from "vitest";
import { createGatehouse, type Gatehouse } from "../src/index.ts";

const permissions = definePermissions({ a: { label: "A", actions: { view: {}, edit: {} } } });
const apiKey = `ghk_${"0".repeat(32)}_${"k".repeat(43)}`;
let granted: Set<string>;
let isDown: boolean;
const send = vi.fn(async (to: string | URL | Request, init?: RequestInit) => {
  if (isDown) throw new TypeError("fetch failed", { cause: { code: "ECONNREFUSED" } });
  const { subject, action, page } = JSON.parse(String(init?.body));
  if (String(to).endsWith("/evaluation"))
    return Response.json({ decision: granted.has(`${subject.id} ${action.name}`) });
  const names = [...granted]
    .filter((one) => one.startsWith(`${subject.id} `))
    .map((one) => one.split(" ")[1]);
  const from = Number(page.token ?? 0);
  const next = from + 1 < names.length ? String(from + 1) : "";
  return Response.json({
    page: { next_token: next },
    results: names.slice(from, from + 1).map((name) => ({ name })),
  });
});

beforeEach(() => {
  vi.useFakeTimers();
  granted = new Set(["ada a:view"]);
  isDown = false;
  send.mockClear();
});
afterEach(() => vi.useRealTimers());

const create = (onError = vi.fn()) => {
  const options = { url: "https://g.example.com", apiKey, permissions, fetch: send as typeof fetch, onError };
  return { gatehouse: createGatehouse({ ...options, mode: "ask", maxStaleness: 1_000 }), onError };
};

test("asks once for repeated checks, and again after maxStaleness", async () => {
  const { gatehouse } = create();
  const check = () => gatehouse.check("ada", "a:view");
  expect([await check(), await check()]).toEqual([true, true]);
  expect(send).toHaveBeenCalledTimes(1);
  granted.clear();
  vi.advanceTimersByTime(999);
  expect(await check()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(await check()).toBe(false);
  expect(send).toHaveBeenCalledTimes(2);
});

test("never keeps an answer longer than maxStaleness from the question, however late it arrives", async () => {
  const { gatehouse } = create();
  send.mockImplementationOnce(async () => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    return Response.json({ decision: true });
  });
  const first = gatehouse.check("ada", "a:edit");
  await vi.advanceTimersByTimeAsync(900);
  expect(await first).toBe(true);
  vi.advanceTimersByTime(100);
  expect(await gatehouse.check("ada", "a:edit")).toBe(false);
});

test("an answer that arrives late doesn't replace a newer one", async () => {
  const { gatehouse } = create();
  send.mockImplementationOnce(async () => {
    await new Promise((resolve) => setTimeout(resolve, 500));
    return Response.json({ decision: true });
  });
  const late = gatehouse.check("ada", "a:edit");
  vi.advanceTimersByTime(100);
  expect(await gatehouse.check("ada", "a:edit")).toBe(false);
  await vi.advanceTimersByTimeAsync(400);
  expect([await late, await gatehouse.check("ada", "a:edit")]).toEqual([true, false]);
});

test("answers belong to one user and one permission", async () => {
  const { gatehouse } = create();
  expect(await gatehouse.check("ada", "a:view")).toBe(true);
  expect(await gatehouse.check("ben", "a:view")).toBe(false);
  expect(await gatehouse.check("ada", "a:edit")).toBe(false);
});

test("a failure is denied, reported and not kept", async () => {
  const { gatehouse, onError } = create();
  isDown = true;
  expect([await gatehouse.check("ada", "a:view"), await gatehouse.listPermissions("ada")]).toEqual([
    false,
    [],
  ]);
  expect(onError).toHaveBeenCalledWith(expect.objectContaining({ code: "gatehouse/unreachable" }));
  isDown = false;
  expect(await gatehouse.check("ada", "a:view")).toBe(true);
});

test("lists the permissions of a user, from all pages", async () => {
  const { gatehouse } = create();
  granted.add("ada a:edit");
  expect(await gatehouse.listPermissions("ada")).toEqual(["a:view", "a:edit"]);
});

test("ready asks the server, and rejects with its error", async () => {
  const { gatehouse } = create();
  await gatehouse.ready();
  expect(send).toHaveBeenCalledTimes(1);
  isDown = true;
  await expect(create().gatehouse.ready()).rejects.toThrow(/Nothing listens at https:\/\/g\.example\.com/);
});

test("guards use it", async () => {
  const options = { url: "https://g.example.com", apiKey, permissions, fetch: send as typeof fetch };
  const gatehouse = createGatehouse({ ...options, mode: "ask", identify: () => "ada" });
  const status = async (name: "a:view" | "a:edit") =>
    (await gatehouse.next.require(name, () => new Response())(new Request("https://panel.example.com")))
      .status;
  expect([await status("a:view"), await status("a:edit")]).toEqual([200, 403]);
});

test("an unknown name throws, and what needs a replica neither compiles nor works", async () => {
  const { gatehouse } = create();
  await expect(gatehouse.check("ada", "a:vew" as "a:view")).rejects.toBeInstanceOf(UnknownPermission);
  expectTypeOf(gatehouse).not.toHaveProperty("can");
  expectTypeOf(gatehouse).not.toHaveProperty("onChange");
  expect(() => (gatehouse as unknown as Gatehouse<"a:view">).can("ada", "a:view")).toThrow(/await check/);
});

test("after close every check is false and nothing is sent", async () => {
  const { gatehouse } = create();
  await gatehouse.check("ada", "a:view");
  gatehouse.close();
  expect(await gatehouse.check("ada", "a:view")).toBe(false);
  expect(send).toHaveBeenCalledTimes(1);
});
