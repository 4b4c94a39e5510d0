/** The path of PUBLIC_URL, which the server writes into the page: empty, or `/gatehouse`. Tests have no document. */
export const basePath: string = globalThis.document?.documentElement.dataset["base"] ?? "";

/** Loads a page of the panel from the server, without anything that this one knows. */
export function loadPage(path: string): void {
  location.assign(basePath + path);
}
