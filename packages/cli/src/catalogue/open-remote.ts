import { type ArgumentsOf, createClient } from "@gatehouse/sdk/client";
import { CommandError } from "../command-line/command.ts";
import type { CatalogueTarget } from "./push.ts";

/**
 * The organization of an API key on a running server.
 * @throws CommandError when the text is no API key
 */
export function openRemoteCatalogue(url: string, apiKey: string): CatalogueTarget {
  const organizationId = readOrganizationId(apiKey);
  const client = createClient({ url, apiKey, organizationId });
  type Body = ArgumentsOf<"putPermissions">["body"];
  return {
    organizationId,
    preview: async (declaration) => {
      const { etag } = await client.getPermissions();
      // The version makes sure that the push replaces the catalogue that the preview compared.
      const ifMatch = etag ?? "";
      const { body } = await client.putPermissions({
        body: declaration as Body,
        query: { preview: "true" },
        ifMatch,
      });
      return { change: body, version: ifMatch.replaceAll('"', "") };
    },
    push: async (declaration, { version, drop }) => {
      await client.putPermissions({
        body: declaration as Body,
        query: drop === "all" ? { dropAll: "true" } : drop.length === 0 ? {} : { drop: drop.join(",") },
        ifMatch: `"${version}"`,
      });
    },
    close: async () => undefined,
  };
}

/** The organization that a key contains: `ghk_<organization id without dashes>_<secret>`. */
function readOrganizationId(apiKey: string): string {
  const hex = /^ghk_([0-9a-f]{32})_/.exec(apiKey)?.[1];
  if (hex === undefined) throw new CommandError("This is not a complete API key. It looks like: ghk_….");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
