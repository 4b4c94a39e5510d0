import fc from "fast-check";
import { expect, test } from "vitest";
import { readEvents, type ServerEvent } from "./read-events.ts";

/** Reads the text as chunks, split at these offsets. */
async function read(text: string, cuts: readonly number[] = []): Promise<ServerEvent[]> {
  const bytes = new TextEncoder().encode(text);
  const offsets = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 1; at < offsets.length; at += 1)
        controller.enqueue(bytes.slice(offsets[at - 1], offsets[at]));
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of readEvents(body, () => undefined)) events.push(event);
  return events;
}

const text =
  ': hello\n\nretry: 1000\n\nevent: roles\nid: 7\ndata: {"name":"Işıl 🔑"}\n\nevent:users\ndata:[1,\ndata: 2]\n\nevent: current\nid\ndata\n\n';
const events = [
  { name: "roles", data: '{"name":"Işıl 🔑"}', id: "7" },
  { name: "users", data: "[1,\n2]", id: null },
  { name: "current", data: "", id: "" },
];

test("reads names, ids and data of one or several lines; ignores comments and events without a name", async () => {
  expect(await read(text)).toEqual(events);
});

test("reads the same events with any line ending and any chunks, even split inside a character", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom("\n", "\r\n", "\r"), fc.array(fc.nat(400)), async (end, cuts) => {
      expect(await read(text.replaceAll("\n", end), cuts)).toEqual(events);
    }),
    { numRuns: 200 },
  );
});

test("ignores an incomplete event at the end", async () => {
  expect(await read("event: roles\ndata: {}\n\nevent: users\ndata: {}\n")).toHaveLength(1);
});

test("reads a large event in many chunks in linear time", async () => {
  const cuts = Array.from({ length: 20_000 }, (_, at) => at * 100);
  const [event] = await read(`event: users\ndata: ${"x".repeat(2_000_000)}\n\n`, cuts);
  expect(event?.data).toHaveLength(2_000_000);
}, 5_000);
