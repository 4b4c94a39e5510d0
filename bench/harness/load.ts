/** Requests over HTTP as fast as they are answered. */
import autocannon from "autocannon";
import type { Contestant } from "./compare.ts";

/** A request as the load generator takes it. */
export type LoadRequest = Parameters<typeof autocannon>[0]["requests"][number];

const connections = 20;

/** Seconds of one round. */
const roundSeconds = 2;

/** A server under load as a contestant whose figure is requests a second. Any answer but 2xx ends the run. */
export function underLoad(name: string, url: string, requests: readonly LoadRequest[]): Contestant {
  const round = async () => {
    const result = await autocannon({ url, connections, duration: roundSeconds, requests });
    const { non2xx, errors, timeouts, duration } = result;
    if (non2xx + errors + timeouts > 0)
      throw new Error(`${name}: ${non2xx} refusals, ${errors} errors, ${timeouts} time-outs under load.`);
    return result["2xx"] / duration;
  };
  return { name, round };
}
