/** Brings an organization's permissions to what a file in the panel's repository declares. */
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
    organization: { type: "string", value: "ID", help: "Which organization; not needed where there is one" },
    url: {
      type: "string",
      value: "URL",
      help: "Push to a server that runs, by an API key, instead of into the database",
    },
    "api-key-stdin": { type: "boolean", help: "Read the API key for --url from standard input" },
    "dry-run": { type: "boolean", help: "Say what would change and for whom, and change nothing" },
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
      const isOnlyAsked = values["check"] === true || values["dry-run"] === true;
      if (!isOnlyAsked) await target.push(declaration, { version, drop: dropOf(values) });
      const { organizationId } = target;
      if (values["json"] === true)
        out(JSON.stringify({ organizationId, pushed: !isOnlyAsked, same: isSame, ...change }));
      else for (const line of describe(change, isSame, isOnlyAsked)) out(line);
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

function dropOf({ drop }: Values): readonly string[] {
  return typeof drop === "string" ? drop.split(",").filter((name) => name !== "") : [];
}

function describe(change: CatalogueChange, isSame: boolean, isOnlyAsked: boolean): readonly string[] {
  if (isSame) return ["The organization's permissions are those of the file already."];
  const { appeared, disappeared, changed, inUse } = change;
  return [
    ...listed(isOnlyAsked ? "Would appear" : "Appeared", appeared),
    ...listed(isOnlyAsked ? "Would disappear" : "Disappeared", disappeared),
    ...listed(isOnlyAsked ? "Would read or include otherwise" : "Reads or includes otherwise", changed),
    ...(isOnlyAsked ? listed("Given by roles or API keys, so name them in --drop", inUse) : []),
    ...concerned("Roles", change.roles),
    ...concerned("Users", change.users),
    ...concerned("Invitations", change.invitations),
    ...concerned("API keys", change.apiKeys),
  ];
}

function listed(words: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`${words}: ${names.join(", ")}`];
}

function concerned(
  words: string,
  { count, names, gained, lost }: CatalogueChange["users"],
): readonly string[] {
  if (count === 0) return [];
  const who = names.length === 0 ? "" : ` (${names.join(", ")}${count > names.length ? ", …" : ""})`;
  const parts = [...listed("gain", gained), ...listed("lose", lost)];
  return [`${words}: ${count}${who} ${parts.join("; ")}`];
}
