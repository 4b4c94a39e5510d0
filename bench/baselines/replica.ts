/** A program with a replica: prints how long it took to load, its heap and the bytes that it received, as JSON, and ends. */

import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";

const { URL: url = "", API_KEY: apiKey = "", ORGANIZATION: organizationId = "" } = process.env;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("Start this program with --expose-gc.");
const received = countReceivedBytes();
collect();
const heapBefore = process.memoryUsage().heapUsed;
const startedAt = performance.now();
const gatehouse = createGatehouse({ url, apiKey, organizationId, permissions: exampleCatalogue });
await gatehouse.ready();
const ms = performance.now() - startedAt;
collect();
const heapBytes = process.memoryUsage().heapUsed - heapBefore;
console.log(JSON.stringify({ ms, heapBytes, receivedBytes: received() }));
gatehouse.close();

/** Counts what `fetch` delivers, after decompression. */
function countReceivedBytes(): () => number {
  let bytes = 0;
  const { fetch } = globalThis;
  globalThis.fetch = async (...request) => {
    const response = await fetch(...request);
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        bytes += chunk.length;
        controller.enqueue(chunk);
      },
    });
    const body = response.body?.pipeThrough(counting) ?? null;
    const { status, headers } = response;
    return new Response(body, { status, headers });
  };
  return () => bytes;
}
