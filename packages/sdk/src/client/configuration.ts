/** Checks how a program configures the connection, before anything is sent. */
import { GatehouseError } from "./gatehouse-error.ts";

/** Where Gatehouse is, and the key. `undefined`, from a missing environment variable, is reported by the first request. */
export interface ConnectionSettings {
  /** URL of the installation, as in its setting `PUBLIC_URL`: `https://gatehouse.example.com`. */
  readonly url: string | undefined;
  /** An API key of the organization. */
  readonly apiKey: string | undefined;
  /** The organization. Not needed: the key contains it. */
  readonly organizationId?: string | undefined;
}

/** Checked settings. */
export interface Configuration {
  /** Without a trailing slash. */
  readonly url: string;
  readonly apiKey: string;
  readonly organizationId: string;
  /** The first error; every request rejects with it. */
  readonly error: GatehouseError | null;
}

/** Reads the settings. Never throws, so that a module can be evaluated where they are missing, such as in a build. */
export function readConfiguration(settings: ConnectionSettings): Configuration {
  const url = normalizeUrl(settings.url);
  const apiKey = (settings.apiKey ?? "").trim();
  const ofKey = readKeyOrganization(apiKey);
  const organizationId = settings.organizationId ?? ofKey ?? "";
  const detail = findUrlError(url) ?? findKeyError(apiKey, ofKey, organizationId);
  const error = detail === null ? null : new GatehouseError("gatehouse/configuration", detail);
  return { url, apiKey, organizationId, error };
}

/** The address without spaces around it and without a trailing slash. */
export function normalizeUrl(url: string | undefined): string {
  return (url ?? "").trim().replace(/\/+$/, "");
}

/** The message for a setting that is missing. */
export const missingSetting = (name: string, what: string): string =>
  `\`${name}\` is missing. Pass ${what}; is its environment variable set?`;

/** What is wrong with the address; null if nothing is. */
export function findUrlError(url: string): string | null {
  if (url === "") return missingSetting("url", "Gatehouse's address, as in https://gatehouse.example.com");
  const { protocol = "", pathname = "" } = URL.canParse(url) ? new URL(url) : {};
  if (!/^https?:$/.test(protocol))
    return `\`url\` is ${JSON.stringify(url)}. Write it whole, as in https://gatehouse.example.com.`;
  const api = /\/(?:api|access\/v1)(?:\/|$)/.exec(pathname);
  if (api === null) return null;
  const base = url.slice(0, url.indexOf(pathname) + api.index);
  return `\`url\` is ${url}, an address of the API. Leave out the path: ${base}`;
}

function findKeyError(apiKey: string, ofKey: string | null, organizationId: string): string | null {
  if (apiKey === "") return missingSetting("apiKey", "an API key from Gatehouse's settings");
  if (organizationId === "")
    return "`apiKey` is not a complete API key, ghk_… with 80 characters. Copy it whole, or create another one.";
  if (ofKey === null || ofKey === organizationId.toLowerCase()) return null;
  return `\`organizationId\` is ${organizationId}, but the key belongs to ${ofKey}. Leave organizationId out, or use another key.`;
}

/** The organization that a key contains, `ghk_<organization id without dashes>_<secret>`; null for any other text. */
function readKeyOrganization(apiKey: string): string | null {
  const hex = /^ghk_([0-9a-f]{32})_[\w-]{43}$/.exec(apiKey)?.[1];
  return hex?.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") ?? null;
}
