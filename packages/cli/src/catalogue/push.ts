/** Makes an organization's permissions what a file in the panel's repository declares. */
import type { CatalogueChange } from "@gatehouse/sdk/contract";
import {
  type Command,
  CommandError,
  type Option,
  type Terminal,
  type Values,
} from "../command-line/command.ts";
import { readDeclaration } from "./read-declaration.ts";

/** An organization whose catalogue can be read and replaced. */
export interface CatalogueTarget {
  readonly organizationId: string;
  /** `version` is that of the catalogue that was compared. */
  readonly preview: (
    declaration: unknown,
  ) => Promise<{ readonly change: CatalogueChange; readonly version: string }>;
  readonly push: (
    declaration: unknown,
    options: { readonly version: string; readonly drop: readonly string[] | "all" },
  ) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `catalogue push FILE`, for a program that finds the organization with `openTarget`. */
export function createCataloguePush(
  program: string,
  targetOptions: Readonly<Record<string, Option>>,
  openTarget: (values: Values, options: { readonly isDryRun: boolean }) => Promise<CatalogueTarget>,
): Command {
  return {
    name: "catalogue push",
    summary: "Make an organization's permissions what FILE declares",
    operand: {
      value: "FILE",
      help: "JSON (schema: @gatehouse/access/permissions.schema.json), or a module that exports what definePermissions makes as permissions or as its default; with --all also roles",
    },
    options: {
      ...targetOptions,
      "dry-run": { type: "boolean", help: "Print what would change and for whom, and change nothing" },
      check: {
        type: "boolean",
        help: "Change nothing, and fail if FILE and the organization differ: for CI",
      },
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
      const isDryRun = values["check"] === true || values["dry-run"] === true;
      const target = await openTarget(values, { isDryRun });
      try {
        const { change, version } = await target.preview(declaration);
        const isSame = [change.appeared, change.disappeared, change.changed].every(
          (list) => list.length === 0,
        );
        if (!isDryRun) await target.push(declaration, { version, drop: readDropOption(values) });
        const { organizationId } = target;
        if (values["json"] === true)
          out(JSON.stringify({ organizationId, pushed: !isDryRun, same: isSame, ...change }));
        else for (const line of describe(change, isSame, isDryRun)) out(line);
        if (values["check"] === true && !isSame)
          throw new CommandError(
            `The organization's permissions differ from FILE. Push it: ${program} catalogue push FILE`,
          );
        return 0;
      } finally {
        await target.close();
      }
    },
  };
}

/** The command with `--all`, which pushes to every organization of the installation instead. */
export function addAllOption(
  command: Command,
  pushToAll: (values: Values, terminal: Terminal) => Promise<number>,
): Command {
  return {
    ...command,
    options: {
      ...command.options,
      all: {
        type: "boolean",
        help: "Push to every organization of the installation, with the roles of FILE; what they edited or created themselves is kept",
      },
      "operator-token-stdin": {
        type: "boolean",
        help: "Read OPERATOR_TOKEN from standard input: for --all with --url",
      },
    },
    run: (values, terminal) =>
      values["all"] === true ? pushToAll(values, terminal) : command.run(values, terminal),
  };
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
