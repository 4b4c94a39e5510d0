/** Replaces an organization's permissions with those that a file in the panel's repository declares. */

import { text } from "node:stream/consumers";
import { GatehouseError } from "@gatehouse/sdk";
import { createClient } from "@gatehouse/sdk/client";
import type { CatalogueChange, putPermissions } from "@gatehouse/sdk/contract";
import type * as z from "zod/mini";
import type { RowVersion } from "../db/row-version.ts";
import { changeCatalogue } from "../features/permissions/index.ts";
import { type Command, CommandError, type Values } from "./command.ts";
import { openOrganization, openOrganizationToRead, organizationOption } from "./organization-target.ts";
import { readDeclaration } from "./read-declaration.ts";

/** An organization whose catalogue can be read and replaced. */
interface CatalogueTarget {
  readonly organizationId: string;
  readonly preview: (
    declaration: unknown,
  ) => Promise<{ readonly change: CatalogueChange; readonly version: RowVersion }>;
  readonly push: (
    declaration: unknown,
    options: { readonly version: RowVersion; readonly drop: readonly string[] | "all" },
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An organization in the configured database. In a dry run nothing is changed, not even the schema. */
async function openLocalTarget(values: Values): Promise<CatalogueTarget> {
  const open = isDryRun(values) ? openOrganizationToRead : openOrganization;
  const { deps, actor, close } = await open(values, "catalogue push");
  return {
    organizationId: actor.organizationId,
    preview: (declaration) => changeCatalogue(deps, actor, { declaration, drop: [], version: null }),
    push: async (declaration, { version, drop }) => {
      await changeCatalogue(deps, actor, { declaration, drop, version });
    },
    close,
  };
}

/** The organization of an API key on a running server. */
async function openRemoteTarget(url: string, apiKey: string): Promise<CatalogueTarget> {
  const hex = /^ghk_([0-9a-f]{32})_/.exec(apiKey)?.[1];
  if (hex === undefined) throw new CommandError("This is not a complete API key. It looks like: ghk_….");
  const organizationId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const client = createClient({ url, apiKey, organizationId });
  type Body = z.input<typeof putPermissions.body>;
  return {
    organizationId,
    preview: (declaration) =>
      withCommandErrors(async () => {
        const { etag } = await client.getPermissions();
        // The version makes sure that the push replaces the catalogue that the preview compared.
        const ifMatch = etag ?? "";
        const { body } = await client.putPermissions({
          body: declaration as Body,
          query: { preview: "true" },
          ifMatch,
        });
        return { change: body, version: ifMatch.replaceAll('"', "") };
      }),
    push: (declaration, { version, drop }) =>
      withCommandErrors(async () => {
        await client.putPermissions({
          body: declaration as Body,
          query: drop === "all" ? { dropAll: "true" } : drop.length === 0 ? {} : { drop: drop.join(",") },
          ifMatch: `"${version}"`,
        });
      }),
    close: async () => undefined,
  };
}

async function withCommandErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GatehouseError) throw new CommandError(error.message, { cause: error });
    throw error;
  }
}

/** `gatehouse catalogue push` */
export const cataloguePush: Command = {
  name: "catalogue push",
  summary: "Make an organization's permissions what FILE declares",
  operand: {
    value: "FILE",
    help: "JSON (schema: @gatehouse/access/permissions.schema.json), or a module that exports what definePermissions makes as permissions or as its default",
  },
  options: {
    organization: organizationOption,
    url: {
      type: "string",
      value: "URL",
      help: "Push to a running server, with an API key, instead of into the database",
    },
    "api-key-stdin": { type: "boolean", help: "Read the API key for --url from standard input" },
    "dry-run": { type: "boolean", help: "Print what would change and for whom, and change nothing" },
    check: { type: "boolean", help: "Change nothing, and fail if FILE and the organization differ: for CI" },
    drop: {
      type: "string",
      value: "NAMES",
      help: "Permissions that may be taken from the roles and API keys that give them: a:b,c:d",
    },
    "drop-all": {
      type: "boolean",
      help: "Take every permission that FILE no longer has from the roles and API keys that give it",
    },
  },
  run: async (values, { out }) => {
    const declaration = await readDeclaration(String(values["FILE"]));
    const target = await openTarget(values);
    try {
      const { change, version } = await target.preview(declaration);
      const isSame = [change.appeared, change.disappeared, change.changed].every((list) => list.length === 0);
      const isPreview = isDryRun(values);
      if (!isPreview) await target.push(declaration, { version, drop: readDropOption(values) });
      const { organizationId } = target;
      if (values["json"] === true)
        out(JSON.stringify({ organizationId, pushed: !isPreview, same: isSame, ...change }));
      else for (const line of describe(change, isSame, isPreview)) out(line);
      if (values["check"] === true && !isSame)
        throw new CommandError(
          "The organization's permissions differ from FILE. Push it: gatehouse catalogue push FILE",
        );
      return 0;
    } finally {
      await target.close();
    }
  },
};

async function openTarget(values: Values): Promise<CatalogueTarget> {
  const { url } = values;
  if (typeof url !== "string") return openLocalTarget(values);
  if (values["api-key-stdin"] !== true)
    throw new CommandError(
      "Add --api-key-stdin and give an API key that may edit the organization on standard input.",
    );
  return openRemoteTarget(url, (await text(process.stdin)).trim());
}

function isDryRun(values: Values): boolean {
  return values["check"] === true || values["dry-run"] === true;
}

function readDropOption({ drop, "drop-all": dropsAll }: Values): readonly string[] | "all" {
  if (dropsAll === true) return "all";
  return typeof drop === "string" ? drop.split(",").filter((name) => name !== "") : [];
}

function describe(change: CatalogueChange, isSame: boolean, isDryRun: boolean): readonly string[] {
  if (isSame) return ["The organization's permissions are those of the file already."];
  const { appeared, disappeared, changed, inUse } = change;
  return [
    ...formatNames(isDryRun ? "Would appear" : "Appeared", appeared),
    ...formatNames(isDryRun ? "Would disappear" : "Disappeared", disappeared),
    ...formatNames(
      isDryRun ? "Would change label or implied permissions" : "Changed label or implied permissions",
      changed,
    ),
    ...(isDryRun
      ? formatNames("Given by roles or API keys, so name them in --drop, or add --drop-all", inUse)
      : []),
    ...formatAffected("Roles", change.roles),
    ...formatAffected("Users", change.users),
    ...formatAffected("Invitations", change.invitations),
    ...formatAffected("API keys", change.apiKeys),
  ];
}

function formatNames(label: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${label}: ${names.join(", ")}`];
}

function formatAffected(
  label: string,
  { count, names, gained, lost }: CatalogueChange["users"],
): readonly string[] {
  if (count === 0) return [];
  const who = names.length === 0 ? "" : ` (${names.join(", ")}${count > names.length ? ", …" : ""})`;
  const parts = [...formatNames("gain", gained), ...formatNames("lose", lost)];
  return [`${label}: ${count}${who} ${parts.join("; ")}`];
}
