/** Sends HTTP requests as fast as the server responds. */
import autocannon from "autocannon";
import type { Candidate } from "./compare.ts";

/** A request of the load generator. */
export type LoadRequest = Parameters<typeof autocannon>[0]["requests"][number];

const connections = 20;

/** Seconds of one round. */
const roundSeconds = 2;

/** A candidate that measures requests per second of a server. Throws on any response other than 2xx. */
export function createHttpCandidate(name: string, url: string, requests: readonly LoadRequest[]): Candidate {
  const round = async () => {
    const result = await autocannon({ url, connections, duration: roundSeconds, requests });
    const { non2xx, errors, timeouts, duration } = result;
    if (non2xx + errors + timeouts > 0)
      throw new Error(
        `${name}: ${non2xx} non-2xx responses, ${errors} errors, ${timeouts} time-outs under load.`,
      );
    return result["2xx"] / duration;
  };
  return { name, round };
}
