/** Encrypted connections to a PostgreSQL server with a certificate for `localhost`, as the guide describes `sslmode`. */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../scripts/testing/free-port.mjs";
import { startPostgres } from "../../../../scripts/testing/postgres.mjs";
import { readCertificate } from "../../test/mail-server.ts";
import { openPostgres } from "../db/open.ts";
import { readProtection } from "./check-connections.ts";
import { describeFailure } from "./describe-failure.ts";

const folder = mkdtempSync(join(tmpdir(), "gatehouse-tls-"));
let port = 0;
let stop = async (): Promise<void> => undefined;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  const file = join(folder, "localhost.pem");
  writeFileSync(file, readCertificate("localhost"), { mode: 0o600 });
  // PostgreSQL doesn't run as root: as root the tests start it as nobody.
  if (process.getuid?.() === 0) chownSync(file, Number(execFileSync("id", ["-u", "nobody"])), 0);
  port = await freePort();
  ({ stop } = await startPostgres(undefined, {
    listen_addresses: "127.0.0.1",
    port: String(port),
    ssl: "on",
    ssl_cert_file: file,
    ssl_key_file: file,
  }));
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The protection of a connection to `host` with these parameters in the URL. */
async function connect(host: string, parameters: string) {
  const engine = openPostgres(`postgresql://postgres@${host}:${port}/postgres?${parameters}`);
  onTestFinished(engine.close);
  return readProtection(engine);
}

const authority = `sslrootcert=${encodeURIComponent(join(folder, "localhost.pem"))}`;

test.each(["", "sslmode=disable"])("a connection with %j is not encrypted", async (parameters) => {
  expect(await connect("localhost", parameters)).toEqual({ encryption: null, isLocal: true });
});

test("a connection with sslmode=no-verify is encrypted, and accepts every certificate", async () => {
  const protection = await connect("127.0.0.1", "sslmode=no-verify");
  expect(protection?.encryption).toMatchObject({ protocol: "TLSv1.3", isServerVerified: false });
});

test("a connection with sslmode=verify-full and the authority is encrypted, and the certificate is verified", async () => {
  const protection = await connect("localhost", `sslmode=verify-full&${authority}`);
  expect(protection?.encryption).toMatchObject({ protocol: "TLSv1.3", isServerVerified: true });
});

test.each([
  ["an unknown authority", "localhost", "sslmode=verify-full", /self-signed certificate/],
  ["another name", "127.1", `sslmode=verify-full&${authority}`, /127\.1\. is not in the cert/], // the same address
])("sslmode=verify-full refuses a certificate of %s", async (_, host, parameters, message) => {
  const error = await connect(host, parameters).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Error);
  expect(describeFailure(error)).toMatch(message);
});
