import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../test/create-test-app.ts";
import type { TestOrganization } from "../../test/factories.ts";
import { type Checkpoint, readCheckpoint } from "./checkpoint.ts";
import { verifyChain } from "./verify.ts";

let t: TestApp;
let acme: TestOrganization;
let base: string;

beforeAll(async () => {
  t = await createTestApp();
  acme = await t.organization();
  base = `/organizations/${acme.organizationId}`;
});
afterAll(() => t.close());

async function addRole(name: string): Promise<void> {
  const key = (await t.apiKey(acme)).key;
  const response = await t.withKey(key).post(`${base}/roles`, { name, permissions: [] });
  expect(response.statusCode, response.body).toBe(201);
}

async function getCheckpoint(): Promise<Checkpoint> {
  const response = await t.as(acme.owner).get(`${base}/audit-events/checkpoint`);
  expect(response.statusCode, response.body).toBe(200);
  return response.json<Checkpoint>();
}

const decode = (part = "") => JSON.parse(Buffer.from(part, "base64url").toString());

test("a checkpoint has the last event's number and hash, and a signature that the published key verifies", async () => {
  await addRole("Before");
  const checkpoint = await getCheckpoint();
  const [last] = await t.sql(
    "SELECT sequence, hash FROM audit_events WHERE organization_id = $1 ORDER BY sequence DESC LIMIT 1",
    [acme.organizationId],
  );
  const { sequence, hash, at, signature } = checkpoint;
  expect({ sequence, hash }).toEqual({ sequence: Number(last?.["sequence"]), hash: last?.["hash"] });
  const { keys } = (await t.app.inject({ url: "/.well-known/jwks.json" })).json<{
    keys: { kid: string; kty: string; crv: string; x: string }[];
  }>();
  const [header, claims, bytes] = signature.split(".");
  const jwk = keys.find(({ kid }) => kid === decode(header).kid);
  expect(
    verify(
      null,
      Buffer.from(`${header}.${claims}`),
      createPublicKey({ key: jwk ?? {}, format: "jwk" }),
      Buffer.from(bytes ?? "", "base64url"),
    ),
  ).toBe(true);
  expect(decode(claims)).toEqual({ organization: acme.organizationId, sequence, hash, at });
});

test("a log is verified from a checkpoint on, until an event at or after it is rewritten", async () => {
  const { signature } = await getCheckpoint();
  const since = readCheckpoint(t.deps.secrets, signature);
  await addRole("After");
  const report = await verifyChain(t.db, acme.organizationId, { since });
  expect(report).toMatchObject({ events: (since?.sequence ?? 0) + 1, brokenAt: null });
  const other = { sequence: since?.sequence ?? 0, hash: "a".repeat(64) };
  expect((await verifyChain(t.db, acme.organizationId, { since: other })).brokenAt).toEqual({
    sequence: other.sequence,
    reason: "rewritten",
  });
  const cutOff = { sequence: other.sequence + 9, hash: other.hash };
  expect((await verifyChain(t.db, acme.organizationId, { since: cutOff })).brokenAt).toEqual({
    sequence: cutOff.sequence,
    reason: "missing",
  });
});

test("refuses a checkpoint that was changed, signed by another key, or is another kind of document", async () => {
  const checkpoint = await getCheckpoint();
  expect(readCheckpoint(t.deps.secrets, JSON.stringify(checkpoint))).toMatchObject({ hash: checkpoint.hash });
  const [header, , bytes] = checkpoint.signature.split(".");
  const forged = Buffer.from(
    JSON.stringify({ ...readCheckpoint(t.deps.secrets, checkpoint.signature), sequence: 1 }),
  ).toString("base64url");
  for (const text of [`${header}.${forged}.${bytes}`, "", "{}", "a.b.c", JSON.stringify({ signature: 1 })])
    expect(readCheckpoint(t.deps.secrets, text), text).toBeNull();
  const claims = JSON.stringify({ ...checkpoint, organization: acme.organizationId });
  const assertion = [JSON.stringify({ alg: "EdDSA", typ: "JWT" }), claims]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
  expect(
    readCheckpoint(t.deps.secrets, `${assertion}.${t.deps.secrets.assertions.sign(assertion)}`),
  ).toBeNull();
});
