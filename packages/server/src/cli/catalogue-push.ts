/** Replaces an organization's permissions with those that a file in the panel's repository declares. */
import { text } from "node:stream/consumers";
import {
  addAllOption,
  type CatalogueTarget,
  type Command,
  CommandError,
  createCataloguePush,
  openRemoteCatalogue,
  type Values,
} from "@gatehouse/cli";
import { changeCatalogue } from "../features/permissions/index.ts";
import { pushToAll } from "./catalogue-push-all.ts";
import { openOrganization, openOrganizationToRead, organizationOption } from "./organization-target.ts";

const pushToOne = createCataloguePush(
  "gatehouse",
  {
    organization: organizationOption,
    url: {
      type: "string",
      value: "URL",
      help: "Push to a running server, with an API key, instead of into the database",
    },
    "api-key-stdin": { type: "boolean", help: "Read the API key for --url from standard input" },
  },
  async (values, { isDryRun }) => {
    const { url } = values;
    if (typeof url !== "string") return openLocalCatalogue(values, isDryRun);
    if (values["api-key-stdin"] !== true)
      throw new CommandError(
        "Add --api-key-stdin and give an API key that may edit the organization on standard input.",
      );
    return openRemoteCatalogue(url, (await text(process.stdin)).trim());
  },
);

/** `gatehouse catalogue push` */
export const cataloguePush: Command = addAllOption(pushToOne, pushToAll);

/** An organization in the configured database. In a dry run nothing is changed, not even the schema. */
async function openLocalCatalogue(values: Values, isDryRun: boolean): Promise<CatalogueTarget> {
  const open = isDryRun ? openOrganizationToRead : openOrganization;
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
