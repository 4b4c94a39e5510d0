/** Every write of the contract, by a caller whose access is revoked between the headers and the body. */
import type { Endpoint } from "@gatehouse/sdk/contract";
import * as contract from "@gatehouse/sdk/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "./create-test-app.ts";
import { readDatabaseState } from "./database-state.ts";
import {
  buildRequest,
  createScenario,
  removeActor,
  revokeKey,
  sendHeaders,
  sendRequest,
} from "./delayed-body.ts";
import { operatorEndpoints, publicEndpoints, type WriteEndpoint, writeEndpoints } from "./write-endpoints.ts";

let t: TestApp;

beforeAll(async () => {
  t = await createTestApp();
});
afterAll(() => t.close());

const toCases = (rows: readonly WriteEndpoint[]) =>
  rows.map((row) => [`${row.endpoint.operationId}${row.query?.slice(0, 9) ?? ""}`, row] as const);

test.each(toCases(writeEndpoints.filter(({ not }) => not !== "user")))(
  "%s: rejects a user who was removed before the body arrived",
  async (_, row) => {
    const scenario = await createScenario(t);
    const request = await buildRequest(t, scenario, row, "user");
    const pending = await sendHeaders(t, request);
    await removeActor(t, scenario);
    const before = await readDatabaseState(t);
    const response = await pending.sendBody();
    expect(await readDatabaseState(t)).toEqual(before);
    expect([401, 403, 404]).toContain(response.status);
    expect(response).toEqual(await sendRequest(t, request));
    const byAnother = await buildRequest(t, { ...scenario, actor: scenario.acme.owner }, row, "user");
    expect((await (await sendHeaders(t, byAnother)).sendBody()).status).toBeLessThan(300);
  },
);

test.each(toCases(writeEndpoints.filter(({ not }) => not !== "api-key")))(
  "%s: rejects a key that was revoked before the body arrived",
  async (_, row) => {
    const scenario = await createScenario(t);
    const request = await buildRequest(t, scenario, row, "api-key");
    const pending = await sendHeaders(t, request);
    await revokeKey(t, scenario);
    const before = await readDatabaseState(t);
    expect(await pending.sendBody()).toEqual({ status: 401, code: "auth/revoked-key" });
    expect(await readDatabaseState(t)).toEqual(before);
    const byAnother = { ...scenario, apiKey: await t.apiKey(scenario.acme, { permissions: null }) };
    const control = await sendHeaders(t, await buildRequest(t, byAnother, row, "api-key"));
    expect((await control.sendBody()).status).toBeLessThan(300);
  },
);

test("the cases cover every write operation of the contract", () => {
  const operations = Object.values(contract as Readonly<Record<string, unknown>>).flatMap((value) =>
    typeof value === "object" && value !== null && "operationId" in value ? [value as Endpoint] : [],
  );
  const writing = operations.filter(({ method }) => method !== "GET").map(({ operationId }) => operationId);
  const named = [
    ...writeEndpoints.map(({ endpoint }) => endpoint),
    ...publicEndpoints,
    ...operatorEndpoints,
  ].map(({ operationId }) => operationId);
  expect(writing.length).toBeGreaterThan(25);
  expect(new Set(named)).toEqual(new Set(writing));
});
