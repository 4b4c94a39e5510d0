/**
 * Replaces responses of the API in a page from its first request on. `page.route` before a load would make the browser load
 * everything without its cache, which takes twice as long.
 */
import type { Page } from "playwright-core";

/** A replaced response. `json` is its whole body; without one, the server's response is used with some values changed. */
export interface Stub {
  /** A regular expression for the path of the request, up to its end. */
  readonly path: string;
  readonly status?: number;
  readonly json?: object;
  /** Values of the server's response that are replaced. */
  readonly change?: object;
  /** Values of each of its organizations that are replaced. */
  readonly membership?: object;
}

/** An error response with this code. */
export const problem = (path: string, status: number, code: string, params = {}): Stub => ({
  path,
  status,
  json: { status, code, title: "", detail: "", params },
});

/** The stubs of the screen that is open, in the page. */
const current = "window.stubs";

/** Runs before the scripts of every page: replaces the responses of the current stubs. */
export const replaceResponses = `{
  const send = window.fetch;
  window.fetch = async (input, init) => {
    const request = new Request(input, init);
    const { pathname } = new URL(request.url);
    const stub = ${current}?.find(({ path }) => new RegExp(path + "$").test(pathname));
    if (stub === undefined) return send(request);
    const { status = 200, json, change, membership } = stub;
    const type = { "content-type": status < 400 ? "application/json" : "application/problem+json" };
    if (change === undefined && membership === undefined)
      return new Response(json === undefined ? null : JSON.stringify(json), { status, headers: json === undefined ? {} : type });
    const response = await send(request);
    const body = Object.assign(await response.json(), change);
    for (const organization of body.organizations ?? []) Object.assign(organization, membership);
    return new Response(JSON.stringify(body), { status: response.status, headers: response.headers });
  };
}`;

/** The statement that makes these stubs the current ones of the page. */
export const setStubs = (stubs: readonly Stub[]): string => `${current} = ${JSON.stringify(stubs)};`;

/** Replaces these responses in every document that the page loads from now on, until the returned function is called. */
export async function addStubs(page: Page, stubs: readonly Stub[]): Promise<() => Promise<void>> {
  if (stubs.length === 0) return async () => undefined;
  const script = await page.addInitScript({ content: setStubs(stubs) });
  return () => script.dispose();
}
