/** Permission checks in process: the SDK, a baseline and alternative libraries. */

import { createCasbin } from "../alternatives/casbin.ts";
import { createCasl } from "../alternatives/casl.ts";
import { createCedar } from "../alternatives/cedar.ts";
import { openGatehouse } from "../alternatives/gatehouse.ts";
import { createBitSets } from "../baselines/bit-sets.ts";
import { interleave } from "../harness/compare.ts";
import { assertSameAnswers, toCandidate } from "../harness/engine.ts";
import type { Fixtures } from "../harness/fixtures.ts";
import { type Report, ratioRow, rawFigures } from "../harness/report.ts";

const rounds = 40;
const sampleSize = 256;

/** Measures every engine with the same checks. */
export async function checkInProcess(
  fixtures: Fixtures,
  server: Parameters<typeof openGatehouse>[0],
): Promise<Report> {
  const baseline = createBitSets(fixtures);
  const gatehouse = await openGatehouse(server, fixtures.checks);
  try {
    const casl = createCasl(fixtures);
    const [casbin, casbinCached] = await createCasbin(fixtures);
    if (casbin === undefined || casbinCached === undefined) throw new Error("casbin is missing.");
    const engines = [baseline, gatehouse, casl, casbin, casbinCached, createCedar(fixtures)];
    await assertSameAnswers(engines, fixtures.checks, sampleSize);
    const figures = await interleave(
      engines.map((engine) => toCandidate(engine, fixtures.checks)),
      { rounds },
    );
    const ours = gatehouse.name;
    return {
      rows: [
        ratioRow(figures, {
          what: "time of a check in process, to two Maps and a bit set",
          of: ours,
          by: baseline.name,
          goal: { max: 1.5 },
        }),
        ratioRow(figures, { what: "times faster than CASL", of: casl.name, by: ours, goal: { min: 10 } }),
        ratioRow(figures, {
          what: "times faster than casbin enforceSync",
          of: casbin.name,
          by: ours,
          goal: { min: 10_000 },
        }),
      ],
      raw: rawFigures(figures, "ns"),
    };
  } finally {
    gatehouse.close();
  }
}
