/** Requests that come through a panel's own host: which panel, and what the browser wants there. */
import { parsePanelOrigin, parsePanelPath } from "@gatehouse/sdk/contract";
import * as z from "zod/mini";
import { Refusal } from "../../http/refusal.ts";

/** A panel on another host. */
export interface Panel {
  readonly organizationId: string;
  readonly origin: string;
}

/** A request about a panel. */
export interface PanelRequest {
  readonly panel: Panel;
  readonly code: string;
  /** Where in the panel the browser goes in the end. */
  readonly to: string;
}

/**
 * Reads `?organization={id}&origin={origin}`, which the proxy writes, and behind it what the browser wrote: of what is named
 * twice the first counts. `to` is last and may stand as it is, because nginx can't encode it: all of the rest belongs to it.
 * A `to` that might lead elsewhere is the panel's start page.
 * @throws Refusal request/invalid
 */
export function readPanelRequest(url: string): PanelRequest {
  const [, query = ""] = /^[^?]*\?([^#]*)/.exec(url) ?? [];
  const [, before = "", , rest = ""] = /^(.*?)((?:^|&)to=(.*))?$/s.exec(query) ?? [];
  const given = new URLSearchParams(before);
  const organization = given.get("organization")?.toLowerCase();
  if (!z.uuid().safeParse(organization).success || organization === undefined)
    throw wrong("organization", "Use the organization's id.");
  const origin = parsePanelOrigin(given.get("origin") ?? "");
  if (origin === null)
    throw wrong("origin", "Use scheme, host and port alone, like https://panel.example.com.");
  const to = parsePanelPath(rest.startsWith("/") ? rest : decode(rest)) ?? "/";
  return { panel: { organizationId: organization, origin }, code: given.get("code") ?? "", to };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

function wrong(path: string, detail: string): Refusal {
  return new Refusal("request/invalid", {
    detail: `Name the panel: ?organization={id}&origin={origin}. ${detail}`,
    errors: [{ path, code: "invalid/format", detail }],
  });
}
