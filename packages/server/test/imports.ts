/** Helpers for tests of imports. */
import { randomUUID } from "node:crypto";
import type { UserImportRow, UserImportRowOutcome, UserImportView } from "@gatehouse/sdk/contract";
import { encryptPart } from "../src/features/user-imports/import-file.ts";
import type { ApiClient, ApiResponse } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestOrganization } from "./factories.ts";

/** Imports of one organization, by default as its owner. */
export interface ImportSteps {
  readonly base: string;
  /** Uploads a file, in parts of `partLength` characters. */
  readonly upload: (
    file: { name?: string; text: string; partLength?: number },
    by?: ApiClient,
  ) => Promise<string>;
  readonly start: (
    id: string,
    body: Readonly<Record<string, unknown>>,
    by?: ApiClient,
  ) => Promise<ApiResponse>;
  readonly get: (id: string) => Promise<UserImportView>;
  /** Starts it and runs the worker until nothing is left. */
  readonly run: (
    id: string,
    body: Readonly<Record<string, unknown>>,
    by?: ApiClient,
  ) => Promise<UserImportView>;
  /** The rows as `line code`. */
  readonly rows: (id: string, outcome: UserImportRowOutcome) => Promise<readonly string[]>;
}

/** Creates the helpers. */
export function createImportSteps(t: TestApp, organization: TestOrganization): ImportSteps {
  const base = `/organizations/${organization.organizationId}/user-imports`;
  const owner = t.as(organization.owner);
  const expectStatus = (response: ApiResponse, status: number): ApiResponse => {
    if (response.statusCode !== status) throw new Error(`${response.statusCode}: ${response.body}`);
    return response;
  };
  const get: ImportSteps["get"] = async (id) => (await owner.get(`${base}/${id}`)).json<UserImportView>();
  const start: ImportSteps["start"] = (id, body, by = owner) => by.post(`${base}/${id}/start`, body);
  return {
    base,
    get,
    start,
    upload: async ({ name = "people.csv", text, partLength = 131_072 }, by = owner) => {
      const created = expectStatus(await by.post(base, { fileName: name }), 201).json<UserImportView>();
      for (let number = 1; (number - 1) * partLength < text.length; number += 1) {
        const part = text.slice((number - 1) * partLength, number * partLength);
        expectStatus(await by.post(`${base}/${created.id}/parts`, { number, text: part }), 204);
      }
      return created.id;
    },
    run: async (id, body, by) => {
      expectStatus(await start(id, body, by), 202);
      await t.drainOutbox();
      return get(id);
    },
    rows: async (id, outcome) => {
      const response = await owner.get(`${base}/${id}/rows?outcome=${outcome}&limit=100`);
      return response.json<{ items: UserImportRow[] }>().items.map(({ line, code }) => `${line} ${code}`);
    },
  };
}

/** What a stored import is like. */
interface StoredImportOptions {
  readonly by: { readonly type: "user" | "api-key"; readonly id: string };
  readonly status: "uploaded" | "done";
  /** Users that it created, who are gone. */
  readonly created?: number;
}

/** Stores an import, with one part if it waits for its start. Returns its id. */
export async function storeImport(
  t: Pick<TestApp, "sql" | "clock" | "deps">,
  organizationId: string,
  { by, status, created = 0 }: StoredImportOptions,
): Promise<string> {
  const importId = randomUUID();
  const isDone = status === "done";
  await t.sql(
    `INSERT INTO user_imports (organization_id, import_id, file_name, status, kind, parts, total, created, created_by_type,
       created_by_id, created_by_name, created_at, started_at, finished_at)
     SELECT $1, $2, 'people.csv', $3, $4, $5, $6, COALESCE($6, 0), $7, $8, 'Somebody', $9, w.at, w.at FROM (SELECT $10::timestamptz AS at) w`,
    [
      ...[organizationId, importId, status, isDone ? "users" : null, isDone ? 0 : 1, isDone ? created : null],
      ...[by.type, by.id, t.clock.now(), isDone ? t.clock.now() : null],
    ],
  );
  if (isDone) return importId;
  const content = encryptPart(t.deps, { organizationId, importId }, { number: 1, text: "email\n" });
  await t.sql("INSERT INTO user_import_parts VALUES ($1, $2, 1, $3)", [organizationId, importId, content]);
  return importId;
}
