/** Many invitations, a thousand in each request, to COPY of the same rows into tables with the same indexes. */
import { Agent } from "node:http";
import { createSend } from "../harness/closed-loop.ts";
import { quantile } from "../harness/compare.ts";
import { readCpuMs, readPostgresCpuMs } from "../harness/cpu.ts";
import { createBenchDatabase, waitUntilSealed } from "../harness/database.ts";
import { measureAddedMemory } from "../harness/memory.ts";
import { startGatehouse } from "../harness/processes.ts";
import { type Benchmark, short, valueRow } from "../harness/report.ts";
import { createSameRowsCopy } from "../harness/same-rows.ts";

const defaultSize = 5_000;
const largeSize = 100_000;
/** Addresses in one request: as many as it may have. */
const batchSize = 1_000;
const copies = 3;

/** `npm run bench -- bulk-invitations` */
export const bulkInvitations: Benchmark = {
  name: "bulk-invitations",
  summary: "invitations, a thousand in a request, to COPY of the same rows; --large: 100,000",
  run: async (log, { isLarge }) => {
    const size = isLarge ? largeSize : defaultSize;
    const database = await createBenchDatabase();
    const acme = await database.organization();
    const { key } = await database.apiKey(acme, { permissions: null });
    // A mail server that nobody reaches: without a worker nothing is sent.
    const server = await startGatehouse(database.url, { SMTP_URL: "smtp+insecure://127.0.0.1:9" });
    const pid = server.child.pid ?? 0;
    const send = createSend(server.url, new Agent({ keepAlive: true }));
    const headers = { authorization: `Bearer ${key}` };
    const path = `/api/v1/organizations/${acme.organizationId}/invitations`;
    const invite = async (first: number, count: number): Promise<void> => {
      const invitations = Array.from({ length: count }, (_, at) => {
        const email = `guest-${first + at}@many.example`;
        return { email, name: `Guest ${first + at}`, roleIds: [acme.roles.viewer] };
      });
      await send({ method: "POST", path, headers, body: { invitations } });
    };
    await invite(0, batchSize); // a warm-up
    log(`inviting ${size.toLocaleString("en")} people`);
    let seconds = Number.NaN;
    let addedMb = Number.NaN;
    let cpu: readonly number[] = [];
    const { copy, tables } = await createSameRowsCopy(database, async () => {
      const cpuBefore = [readCpuMs(pid), readPostgresCpuMs(database.postmaster)];
      const startedAt = performance.now();
      const measured = await measureAddedMemory(pid, async () => {
        for (let first = batchSize; first < batchSize + size; first += batchSize)
          await invite(first, batchSize);
      });
      seconds = (performance.now() - startedAt) / 1_000;
      ({ addedMb } = measured);
      await waitUntilSealed(database, acme.organizationId);
      cpu = [readCpuMs(pid), readPostgresCpuMs(database.postmaster)].map(
        (ms, at) => (ms - (cpuBefore[at] ?? 0)) / size,
      );
    });
    log("copying the same rows");
    const copied: number[] = [];
    for (let round = 0; round < copies; round += 1) copied.push(await copy());
    const statements = await database.readTopStatements();
    await server.stop();
    await database.close();
    const people = `${size.toLocaleString("en")} invitations`;
    return {
      rows: [
        {
          ...valueRow({
            what: `${people}, to COPY of the same rows`,
            value: quantile(copied, 0.5) / seconds,
            unit: "×",
            goal: { min: 0.6 },
          }),
          isRatio: true,
        },
        valueRow({ what: `memory that ${people} added`, value: addedMb, unit: "MB", goal: { max: 50 } }),
      ],
      raw: [
        database.version,
        `${people} in ${seconds.toFixed(2)} s; COPY of the same rows in ${copied.map((one) => one.toFixed(2)).join(", ")} s`,
        `rows: ${tables.join(", ")}`,
        `CPU for each: ${short(cpu[0] ?? Number.NaN)} ms of the server and ${short(cpu[1] ?? Number.NaN)} ms of PostgreSQL, sealing included`,
        ...statements,
      ],
    };
  },
};
