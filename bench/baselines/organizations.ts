/**
 * A program with replicas of many organizations. Prints, as lines of JSON, how long they took to load with what they cost, and then when
 * each revocation that it reads from its input has reached it: an organization and a user in each line.
 */
import { subscribe } from "node:diagnostics_channel";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { exampleCatalogue } from "@gatehouse/access/example";
import { createGatehouse } from "@gatehouse/sdk";

const { URL: url = "", OPERATOR_KEY: operatorKey = "", ORGANIZATIONS: file = "" } = process.env;
const collect = globalThis.gc;
if (collect === undefined) throw new Error("Start this program with --expose-gc.");
const lines = readFileSync(file, "utf8").split("\n");
const users = lines.map((line) => line.split(" ") as [string, string]);
await (await fetch(`${url}/livez`)).text(); // what the HTTP client needs isn't counted
const received = countReceivedBytes();
collect();
const memory = () => process.memoryUsage().heapUsed + process.memoryUsage().external;
const memoryBefore = memory();
const gatehouse = createGatehouse({
  url,
  operatorKey,
  permissions: exampleCatalogue,
  maxOrganizations: users.length,
});
await gatehouse.ready();
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
const organizations = users.map(([id]) => gatehouse.organization(id));
await Promise.all(organizations.map(({ ready }) => ready()));
const ms = performance.now() - startedAt;
const cpu = process.cpuUsage(cpuBefore);
const cpuMs = (cpu.user + cpu.system) / 1_000;
collect();
const heapBytes = memory() - memoryBefore;
const receivedBytes = received();
const first = await measureChecks(users.length);
const repeated = await measureChecks(Math.max(100_000, users.length));
collect();
const usedHeapBytes = memory() - memoryBefore;
const grantedShare = Math.min(first.grantedShare, repeated.grantedShare);
console.log(
  JSON.stringify({
    ...{ ms, cpuMs, heapBytes, usedHeapBytes, receivedBytes, grantedShare },
    firstCheckNs: first.checkNs,
    checkNs: repeated.checkNs,
  }),
);

for await (const line of createInterface({ input: process.stdin })) {
  const [id = "", userId = ""] = line.split(" ");
  const organization = gatehouse.organization(id);
  while (organization.usersWith("campaigns:view").includes(userId))
    await new Promise((resolve) => setTimeout(resolve, 1));
  console.log(JSON.stringify({ at: Date.now() }));
}
gatehouse.close();

/** Checks in another organization each time. Between bursts the stream is read, as between the requests of a panel. */
async function measureChecks(checks: number) {
  let granted = 0;
  const before = process.cpuUsage();
  for (let at = 0; at < checks; ) {
    for (const end = Math.min(at + 200, checks); at < end; at += 1) {
      const n = (at * 7_919) % users.length;
      if (organizations[n]?.can(users[n]?.[1] ?? "", "campaigns:view") === true) granted += 1;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { user, system } = process.cpuUsage(before);
  return { grantedShare: granted / checks, checkNs: ((user + system) * 1_000) / checks };
}

/** Counts the bytes that arrive from sockets: as they are on the network, compressed. */
function countReceivedBytes(): () => number {
  const sockets: Socket[] = [];
  subscribe("net.client.socket", (message) => sockets.push((message as { readonly socket: Socket }).socket));
  return () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
}
