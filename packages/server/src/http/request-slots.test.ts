import Fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createRequestSlots } from "./request-slots.ts";

let app: FastifyInstance;
let begun: string[];
let finish: Map<string, () => void>;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  begun = [];
  finish = new Map();
  app = Fastify();
  const slots = createRequestSlots(app, 2);
  app.addHook("onRequest", async (request) => slots.take(request, String(request.headers["x-key"])));
  app.get<{ Params: { name: string } }>("/:name", async ({ params: { name } }) => {
    begun.push(name);
    await new Promise<void>((resolve) => finish.set(name, resolve));
    return name;
  });
});
afterEach(async () => {
  for (const end of finish.values()) end();
  vi.useRealTimers();
  await app.close();
});

const send = (name: string, key = "acme") => app.inject({ url: `/${name}`, headers: { "x-key": key } });
const untilBegun = (...names: string[]) => vi.waitFor(() => expect(begun).toEqual(names));

test("serves as many requests of a key as it has slots, and those of other keys beside them", async () => {
  const sent = [send("one"), send("two"), send("three"), send("other", "other")];
  await untilBegun("one", "two", "other");
  finish.get("two")?.();
  expect((await sent[1])?.body).toBe("two");
  await untilBegun("one", "two", "other", "three");
  for (const name of ["one", "three", "other"]) finish.get(name)?.();
  expect((await Promise.all(sent)).map(({ body }) => body)).toEqual(["one", "two", "three", "other"]);
});

test("a request that takes long frees its slot before it ends, and only once", async () => {
  const sent = [send("one"), send("two"), send("three"), send("four"), send("five")];
  await untilBegun("one", "two");
  vi.advanceTimersByTime(500);
  await untilBegun("one", "two", "three", "four");
  for (const name of ["one", "two"]) finish.get(name)?.();
  await Promise.all([sent[0], sent[1]]);
  expect(begun).not.toContain("five");
  finish.get("three")?.();
  await untilBegun("one", "two", "three", "four", "five");
});
