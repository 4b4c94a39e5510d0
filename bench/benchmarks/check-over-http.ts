/** May this user do that? Asked of the server with an API key; key and grants are read from the database each time. */
import { interleave } from "../harness/compare.ts";
import { underLoad } from "../harness/load.ts";
import { type Listening, startFloor } from "../harness/processes.ts";
import { type Report, ratioRow, rawFigures } from "../harness/report.ts";
import type { Questions } from "../harness/world.ts";

const rounds = 12;
/** A server is compiled while it works: it takes some ten thousand requests until it is as fast as it gets. */
const warmUps = 8;
const requests = 250;
const floorName = "bare Fastify route, one SELECT by primary key";
const ourName = "POST /access/v1/evaluation";

/** Measures both servers with the same people. */
export async function checkOverHttp(
  { users, permissions, expected }: Questions,
  server: { readonly url: string; readonly apiKey: string; readonly organizationId: string },
  superuserUrl: string,
): Promise<Report> {
  const floor: Listening = await startFloor("bare-fastify", {
    DATABASE_URL: superuserUrl,
    STATEMENT: "SELECT user_id, name, email, status FROM users WHERE organization_id = $1 AND user_id = $2",
  });
  const resource = { type: "organization", id: server.organizationId };
  const headers = { authorization: `Bearer ${server.apiKey}`, "content-type": "application/json" };
  const questions = users.slice(0, requests).map((id, at) => {
    return { subject: { type: "user", id }, action: { name: permissions[at] ?? "" }, resource };
  });
  const path = "/access/v1/evaluation";
  for (const [at, question] of questions.slice(0, 100).entries()) {
    const answer = await fetch(`${server.url}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify(question),
    });
    const { decision } = (await answer.json()) as { decision: boolean };
    if (decision !== expected[at])
      throw new Error(`The server says ${decision} to ${JSON.stringify(question)}.`);
  }
  const asked = questions.map((question) => {
    return { method: "POST", path, headers, body: JSON.stringify(question) } as const;
  });
  const read = users.slice(0, requests).map((id) => {
    return { method: "GET", path: `/rows/${server.organizationId}/${id}` } as const;
  });
  const figures = await interleave(
    [underLoad(floorName, floor.url, read), underLoad(ourName, server.url, asked)],
    { rounds, warmUps },
  );
  await floor.stop();
  const what = "checks a second over HTTP, to a bare SELECT by primary key";
  return {
    rows: [ratioRow(figures, { what, of: ourName, by: floorName, goal: { least: 0.7 } })],
    raw: rawFigures(figures, "requests/s"),
  };
}
