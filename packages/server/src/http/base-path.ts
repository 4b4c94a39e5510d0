/** The path of PUBLIC_URL: where Gatehouse is, when it shares a host with other programs. */
import type { Config } from "../config.ts";

/** `/gatehouse` for `https://example.com/gatehouse`; empty when Gatehouse has the host alone. */
export function getBasePath({ publicUrl }: Pick<Config, "publicUrl">): string {
  return new URL(publicUrl).pathname.replace(/\/$/, "");
}

/** The URL of a request without the base path. Others stay as they are, such as those of probes, which come through no proxy. */
export function removeBasePath(url: string, basePath: string): string {
  if (basePath === "" || !url.startsWith(basePath)) return url;
  const rest = url.slice(basePath.length);
  if (rest.startsWith("/")) return rest;
  return rest === "" || /^[?#]/.test(rest) ? `/${rest}` : url;
}

/** Adds the base path to the links of HTML or Markdown that begin with a slash. */
export function addBasePath(text: string, basePath: string): string {
  return basePath === "" ? text : text.replace(/(\b(?:href|src|action)="|\]\()\/(?!\/)/g, `$1${basePath}/`);
}
