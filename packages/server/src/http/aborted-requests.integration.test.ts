/** Clients that go away in the middle of a request leave nothing behind on the server's connections. */
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp, testOrigin } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";

let t: TestApp;
let acme: TestOrganization;
let globex: TestOrganization;
let port: number;

beforeAll(async () => {
  t = await createTestApp();
  [acme, globex] = [await t.organization("Acme"), await t.organization("Globex")];
  await t.users(
    acme,
    Array.from({ length: 200 }, () => ({ roles: ["viewer"] })),
  );
  await t.app.listen({ port: 0, host: "127.0.0.1" });
  ({ port } = t.app.server.address() as { port: number });
});
afterAll(() => t.close());

/** Sends a request and closes the connection after so many milliseconds, usually before the response. */
async function abort(head: readonly string[], body: string, afterMs: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write([...head, "host: gatehouse.test", `origin: ${testOrigin}`, "", body].join("\r\n"));
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  socket.destroy();
}

/** What every connection of the server is set to, and whether it sees rows of any organization. */
async function readConnections() {
  const { pool, priorityPool } = t.engine;
  const found = [];
  for (const one of new Set([pool, priorityPool])) {
    const clients = await Promise.all(Array.from({ length: one.options.max }, () => one.connect()));
    for (const client of clients) {
      const { rows } = await client.query(
        "SELECT current_user = session_user AS is_owner, current_setting('gatehouse.organization_id', true) AS organization",
      );
      found.push({ ...rows[0], transaction: client.getTransactionStatus() });
      client.release();
    }
  }
  return found;
}

test("after aborted requests no connection keeps an organization, a role or a transaction", async () => {
  const cookie = `cookie: gatehouse=${await t.session(acme.owner)}`;
  const here = `/api/v1/organizations/${acme.organizationId}`;
  for (let round = 0; round < 40; round += 1) {
    const body = JSON.stringify({ name: `Aborted ${round}`, permissions: [] });
    const json = ["content-type: application/json", `content-length: ${body.length}`];
    await Promise.all([
      abort([`GET ${here}/users?limit=100 HTTP/1.1`, cookie, ""], "", round % 8),
      abort([`GET ${here}/users/export HTTP/1.1`, cookie, ""], "", round % 12),
      abort(
        [`POST ${here}/roles HTTP/1.1`, cookie, ...json],
        body.slice(0, round % 4 === 0 ? -1 : undefined),
        round % 10,
      ),
    ]);
  }
  const connections = await readConnections();
  expect(connections.length).toBeGreaterThan(10);
  for (const connection of connections)
    expect(connection).toEqual({
      is_owner: true,
      organization: expect.toBeOneOf([null, ""]),
      transaction: "I",
    });
  // Another organization's requests on the same connections see their own rows only.
  const own = await t.as(globex.owner).get(`/organizations/${globex.organizationId}/users`);
  expect(own.json()).toMatchObject({ items: [{ id: globex.owner.userId }], total: { count: 1 } });
  expect((await t.as(globex.owner).get(`/organizations/${acme.organizationId}/users`)).statusCode).toBe(404);
  // Each aborted change was made as a whole or not at all.
  const [counts] = await t.sql(
    `SELECT (SELECT count(*) FROM roles WHERE name LIKE 'Aborted %')::int AS roles,
       (SELECT count(*) FROM audit_events WHERE action = 'roles.created' AND target_name LIKE 'Aborted %')::int AS events`,
  );
  expect(counts?.["roles"]).toBe(counts?.["events"]);
});
