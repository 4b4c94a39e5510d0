/** May this user do that? Asked of the SDK in process, beside what else answers such questions. */
import { createBitSets } from "../floors/bit-sets.ts";
import { interleave } from "../harness/compare.ts";
import { asContestant, expectAgreement } from "../harness/engine.ts";
import { type Report, ratioRow, rawFigures } from "../harness/report.ts";
import type { World } from "../harness/world.ts";
import { createCasbin } from "../peers/casbin.ts";
import { createCasl } from "../peers/casl.ts";
import { createCedar } from "../peers/cedar.ts";
import { openGatehouse } from "../peers/gatehouse.ts";

const rounds = 40;
const sample = 256;

/** Measures every engine on the same questions. */
export async function checkInProcess(
  world: World,
  server: Parameters<typeof openGatehouse>[0],
): Promise<Report> {
  const floor = createBitSets(world);
  const gatehouse = await openGatehouse(server, world.questions);
  try {
    const casl = createCasl(world);
    const [casbin, casbinCached] = await createCasbin(world);
    if (casbin === undefined || casbinCached === undefined) throw new Error("casbin is missing.");
    const engines = [floor, gatehouse, casl, casbin, casbinCached, createCedar(world)];
    await expectAgreement(engines, world.questions, sample);
    const figures = await interleave(
      engines.map((engine) => asContestant(engine, world.questions)),
      { rounds },
    );
    const ours = gatehouse.name;
    return {
      rows: [
        ratioRow(figures, {
          what: "time of a check in process, to two Maps and a bit set",
          of: ours,
          by: floor.name,
          goal: { most: 1.5 },
        }),
        ratioRow(figures, { what: "times faster than CASL", of: casl.name, by: ours, goal: { least: 10 } }),
        ratioRow(figures, {
          what: "times faster than casbin enforceSync",
          of: casbin.name,
          by: ours,
          goal: { least: 10_000 },
        }),
      ],
      raw: rawFigures(figures, "ns"),
    };
  } finally {
    gatehouse.close();
  }
}
