/** Permission checks over HTTP with an API key; key and grants are read from the database each time. */
import { interleave } from "../harness/compare.ts";
import type { Checks } from "../harness/fixtures.ts";
import { createHttpCandidate } from "../harness/load.ts";
import { type RunningServer, startBaseline } from "../harness/processes.ts";
import { type Report, ratioRow, rawFigures } from "../harness/report.ts";

const rounds = 12;
/** V8 needs some ten thousand requests until it has optimized a server. */
const warmUps = 8;
const requests = 250;
const baselineName = "bare Fastify route, one SELECT by primary key";
const ourName = "POST /access/v1/evaluation";

/** Measures both servers with the same users. */
export async function checkOverHttp(
  { users, permissions, expected }: Checks,
  server: { readonly url: string; readonly apiKey: string; readonly organizationId: string },
  superuserUrl: string,
): Promise<Report> {
  const baseline: RunningServer = await startBaseline("bare-fastify", {
    DATABASE_URL: superuserUrl,
    STATEMENT: "SELECT user_id, name, email, status FROM users WHERE organization_id = $1 AND user_id = $2",
  });
  const resource = { type: "organization", id: server.organizationId };
  const headers = { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" };
  const bodies = users.slice(0, requests).map((id, at) => {
    return { subject: { type: "user", id }, action: { name: permissions[at] ?? "" }, resource };
  });
  const path = "/access/v1/evaluation";
  for (const [at, body] of bodies.slice(0, 100).entries()) {
    const response = await fetch(`${server.url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const { decision } = (await response.json()) as { decision: boolean };
    if (decision !== expected[at])
      throw new Error(`The server answers ${decision} to ${JSON.stringify(body)}.`);
  }
  const checkRequests = bodies.map((body) => {
    return { method: "POST", path, headers, body: JSON.stringify(body) } as const;
  });
  const baselineRequests = users.slice(0, requests).map((id) => {
    return { method: "GET", path: `/rows/${server.organizationId}/${id}` } as const;
  });
  const figures = await interleave(
    [
      createHttpCandidate(baselineName, baseline.url, baselineRequests),
      createHttpCandidate(ourName, server.url, checkRequests),
    ],
    { rounds, warmUps },
  );
  await baseline.stop();
  const what = "checks a second over HTTP, to a bare SELECT by primary key";
  return {
    rows: [ratioRow(figures, { what, of: ourName, by: baselineName, goal: { min: 0.7 } })],
    raw: rawFigures(figures, "requests/s"),
  };
}
