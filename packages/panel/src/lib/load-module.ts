/** Loads the parts of the panel that aren't in the first download, and says why one can't be loaded. */
import { lazyRouteComponent } from "@tanstack/react-router";
import { ApiProblem, createUnreachableProblem } from "./api/request.ts";
import { basePath } from "./base-path.ts";

/**
 * Runs a dynamic import.
 *
 * @throws {ApiProblem} `network/unreachable`, `unavailable`, `panel/updated` when the server has a newer build, or `panel/not-loaded`
 * @example const { HelpDrawer } = await loadModule(() => import("../../features/help/help-drawer.tsx"));
 */
export async function loadModule<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    throw isModuleError(error) ? await findCause(error) : error;
  }
}

/** The component of a route, loaded when it is visited. The router alone would reload the page, also without a connection. */
export function lazyPage<T extends Record<string, unknown>, K extends keyof T & string>(
  load: () => Promise<T>,
  name: K,
) {
  return lazyRouteComponent(() => loadModule(load), name);
}

/** Whether a file of the panel could not be fetched. Browsers have no code for it, only these messages. */
export function isModuleError(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|Importing a module script failed/.test(error.message)
  );
}

/** Asks the server for its page: whether it responds, and whether it has another build than the one that runs here. */
export async function findCause(cause: unknown): Promise<ApiProblem> {
  let response: Response;
  try {
    response = await fetch(`${basePath}/`, { cache: "no-store", headers: { accept: "text/html" } });
  } catch {
    return createUnreachableProblem(cause);
  }
  if (!response.ok) return createProblem(503, "unavailable", cause);
  const build = findEntry(new DOMParser().parseFromString(await response.text(), "text/html"));
  const isCurrent = build === findEntry(document);
  return createProblem(200, isCurrent ? "panel/not-loaded" : "panel/updated", cause, { build });
}

/** The first script of a page. Its name contains a hash of all others. */
function findEntry(page: Document): string {
  return page.querySelector('script[type="module"][src]')?.getAttribute("src") ?? "";
}

function createProblem(
  status: number,
  code: "unavailable" | "panel/not-loaded" | "panel/updated",
  cause: unknown,
  params: ApiProblem["params"] = {},
): ApiProblem {
  return new ApiProblem(
    { status, code, detail: "", requestId: "", errors: [], params, retryAfter: null },
    { cause },
  );
}
