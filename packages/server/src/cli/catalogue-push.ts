/** Replaces an organization's permissions with those that a file in the panel's repository declares. */
import { text } from "node:stream/consumers";
import type { CatalogueChange } from "@gatehouse/sdk/contract";
import { type CatalogueTarget, openLocalTarget, openRemoteTarget } from "./catalogue-target.ts";
import { type Command, CommandError, type Values } from "./command.ts";
import { readDeclaration } from "./read-declaration.ts";

/** `gatehouse catalogue push` */
export const cataloguePush: Command = {
  name: "catalogue push",
  summary: "Make an organization's permissions what FILE declares",
  operand: {
    value: "FILE",
    help: "JSON, or a module that exports what definePermissions makes as permissions or as its default",
  },
  options: {
    organization: {
      type: "string",
      value: "ID",
      help: "Which organization; not needed when there is only one",
    },
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
  },
  run: async (values, { out }) => {
    const declaration = await readDeclaration(String(values["FILE"]));
    const target = await openTarget(values);
    try {
      const { change, version } = await target.preview(declaration);
      const isSame = [change.appeared, change.disappeared, change.changed].every((list) => list.length === 0);
      const isDryRun = values["check"] === true || values["dry-run"] === true;
      if (!isDryRun) await target.push(declaration, { version, drop: readDropOption(values) });
      const { organizationId } = target;
      if (values["json"] === true)
        out(JSON.stringify({ organizationId, pushed: !isDryRun, same: isSame, ...change }));
      else for (const line of describe(change, isSame, isDryRun)) out(line);
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
  const { url, organization } = values;
  if (typeof url !== "string") return openLocalTarget(typeof organization === "string" ? organization : null);
  if (values["api-key-stdin"] !== true)
    throw new CommandError(
      "Add --api-key-stdin and give an API key that may edit the organization on standard input.",
    );
  return openRemoteTarget(url, (await text(process.stdin)).trim());
}

function readDropOption({ drop }: Values): readonly string[] {
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
    ...(isDryRun ? formatNames("Given by roles or API keys, so name them in --drop", inUse) : []),
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
