/** Requests of the operator about the catalogue of an installation. */
import { setTimeout as wait } from "node:timers/promises";
import { GatehouseError } from "@gatehouse/sdk";
import type { InstallationCatalogue, InstallationCatalogueBody, Problem } from "@gatehouse/sdk/contract";

/** Reads and replaces the catalogue of an installation. */
export interface InstallationClient {
  /** Null before the first push. */
  readonly get: () => Promise<{ readonly body: InstallationCatalogue; readonly etag: string } | null>;
  readonly put: (body: InstallationCatalogueBody, ifMatch: string) => Promise<InstallationCatalogue>;
}

const timeoutMs = 30_000;
/** A server that restarts is asked again. */
const maxAttempts = 20;
const retryMs = 500;

/** A client with the operator's token. */
export function openInstallationClient({
  url,
  token,
}: {
  readonly url: string;
  readonly token: string;
}): InstallationClient {
  const address = `${url.trim().replace(/\/+$/, "")}/api/v1/operator/catalogue`;
  const headers = { authorization: `Bearer ${token}` };
  const send = async (init: RequestInit): Promise<Response> => {
    try {
      return await fetch(address, { ...init, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw new GatehouseError("gatehouse/unreachable", `${url} can't be reached: ${describeCause(error)}`, {
        cause: error,
      });
    }
  };
  const get = async () => {
    const response = await send({ headers });
    if (response.ok)
      return {
        body: (await response.json()) as InstallationCatalogue,
        etag: response.headers.get("etag") ?? "",
      };
    const error = await toError(response);
    if (error.code === "operator/no-catalogue") return null;
    throw error;
  };
  return {
    get: () => retry(get),
    put: async (body, ifMatch) => {
      const response = await send({
        method: "PUT",
        headers: { ...headers, "content-type": "application/json", "if-match": ifMatch },
        body: JSON.stringify(body),
      });
      if (response.ok) return (await response.json()) as InstallationCatalogue;
      throw await toError(response);
    },
  };
}

async function toError(response: Response): Promise<GatehouseError> {
  const { status } = response;
  const problem = (await response.json().catch(() => null)) as Partial<Problem> | null;
  const { code, detail, requestId = null, errors = [] } = problem ?? {};
  if (code === undefined || detail === undefined)
    return new GatehouseError(
      "gatehouse/unreachable",
      `The response has the status ${status} and is none of Gatehouse.`,
      {
        status,
      },
    );
  const path = errors[0]?.path ?? "";
  const where = path === "" || detail.startsWith(path) ? "" : `${path}: `;
  return new GatehouseError(code, `${where}${detail}`, { status, requestId });
}

function describeCause(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}

/** Asks again while the server can't be reached or isn't ready. */
async function retry<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const isTransient = error instanceof GatehouseError && (error.status === null || error.status >= 500);
      if (!isTransient || attempt === maxAttempts) throw error;
      await wait(retryMs);
    }
  }
}
