/** A program with a replica: prints how long it took to load, its heap and the bytes that it received, as JSON, and ends. */

import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";

const { URL: url = "", API_KEY: apiKey = "", ORGANIZATION: organizationId = "" } = process.env;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("Start this program with --expose-gc.");
await (await fetch(`${url}/livez`)).text(); // what the HTTP client needs isn't counted
const received = countReceivedBytes();
collect();
const memory = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
const memoryBefore = memory();
const startedAt = performance.now();
const gatehouse = createGatehouse({ url, apiKey, organizationId, permissions: exampleCatalogue });
await gatehouse.ready();
const ms = performance.now() - startedAt;
collect();
const heapBytes = memory() - memoryBefore;
console.log(JSON.stringify({ ms, heapBytes, receivedBytes: received() }));
gatehouse.close();

/** Counts the bytes that arrive from sockets: as they are on the network, compressed. */
function countReceivedBytes(): () => number {
  const sockets: Socket[] = [];
  subscribe("net.client.socket", (message) => sockets.push((message as { readonly socket: Socket }).socket));
  return () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
}
