/** Parses requests that a browser sends through a panel's host. */
import { parsePanelOrigin, parsePanelPath } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { ApiError } from "../../errors/api-error.ts";

/** A panel on another host. */
export interface Panel {
  readonly organizationId: string;
  readonly origin: string;
}

/** A parsed request. */
export interface PanelRequest {
  readonly panel: Panel;
  readonly code: string;
  /** The panel's path to redirect to. */
  readonly to: string;
}

/**
 * Parses `?organization={id}&origin={origin}`, which the proxy writes, followed by the browser's own query: of a repeated
 * parameter the first counts. `to` is last and may be unencoded, because nginx can't encode it: it includes the rest of the
 * query. A `to` that could lead to another origin becomes the panel's start page.
 * @throws ApiError request/invalid
 */
export function parsePanelRequest(url: string): PanelRequest {
  const [, query = ""] = /^[^?]*\?([^#]*)/.exec(url) ?? [];
  const [, before = "", , rawTo = ""] = /^(.*?)((?:^|&)to=(.*))?$/s.exec(query) ?? [];
  const params = new URLSearchParams(before);
  const organization = params.get("organization")?.toLowerCase();
  if (!z.uuid().safeParse(organization).success || organization === undefined)
    throw invalidRequest("organization", "Use the organization's id.");
  const origin = parsePanelOrigin(params.get("origin") ?? "");
  if (origin === null)
    throw invalidRequest("origin", "Use scheme, host and port alone, like https://panel.example.com.");
  const to = parsePanelPath(rawTo.startsWith("/") ? rawTo : decodeOrEmpty(rawTo)) ?? "/";
  return { panel: { organizationId: organization, origin }, code: params.get("code") ?? "", to };
}

function decodeOrEmpty(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function invalidRequest(path: string, detail: string): ApiError {
  return new ApiError("request/invalid", {
    detail: `Name the panel: ?organization={id}&origin={origin}. ${detail}`,
    errors: [{ path, code: "invalid/format", detail }],
  });
}
