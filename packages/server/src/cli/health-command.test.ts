import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { health } from "./health-command.ts";

const close: (() => void)[] = [];
afterEach(() => {
  for (const one of close.splice(0)) one();
  vi.unstubAllEnvs();
});

/** A server with a fixed response for each path; the command finds it through PORT. */
async function listen(responses: Readonly<Record<string, number>>): Promise<void> {
  const server = createServer((request, response) => {
    response.writeHead(responses[request.url ?? ""] ?? 404).end(`{"status":"${request.url}"}`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close.push(() => server.close());
  vi.stubEnv("HOST", "127.0.0.1");
  vi.stubEnv("PORT", String((server.address() as AddressInfo).port));
}

const silent = { out: () => undefined, err: () => undefined };

test("returns 0 for a ready server, and prints its response as JSON", async () => {
  await listen({ "/readyz": 200 });
  const lines: string[] = [];
  const code = await health.run({ json: true }, { ...silent, out: (line) => lines.push(line) });
  expect([code, lines]).toEqual([0, ['{"status":"/readyz"}']]);
});

test("fails while the server isn't ready, unless only its liveness is asked for", async () => {
  await listen({ "/readyz": 503, "/livez": 200 });
  await expect(health.run({}, silent)).rejects.toThrow(/\/readyz returned 503/);
  await expect(health.run({ live: true }, silent)).resolves.toBe(0);
});

test("names the address when nothing listens there", async () => {
  await listen({});
  for (const one of close.splice(0)) one();
  await expect(health.run({}, silent)).rejects.toThrow(/No response from http:\/\/127\.0\.0\.1:\d+\/readyz/);
});
