/** `catalogue push --all`: what it prints, and how it follows a push in a running server. */
import { setTimeout as wait } from "node:timers/promises";
import { parseCatalogue } from "@gatehouse/access/catalogue";
import type { InstallationCatalogue, InstallationCatalogueBody } from "@gatehouse/sdk/contract";
import { CommandError, showProgress, type Terminal, type Values } from "../command-line/command.ts";
import { type InstallationClient, openInstallationClient } from "./installation-client.ts";
import { type PushFile, readPushFile } from "./read-declaration.ts";

/** What came of a push to all organizations. The same file again changes only what failed. */
export interface PushSummary {
  readonly total: number;
  readonly changed: number;
  readonly same: number;
  /** Over HTTP the first 100. */
  readonly failed: readonly {
    readonly organizationId: string;
    readonly code: string;
    readonly detail: string;
  }[];
}

/** Prints a summary, and fails if organizations failed, or differ with `--check`. */
export function reportPush(summary: PushSummary, values: Values, { out }: Terminal): number {
  const isDryRun = readDryRun(values);
  const { total, changed, same, failed } = summary;
  const failures = total - changed - same;
  if (values["json"] === true) out(JSON.stringify({ ...summary, pushed: !isDryRun }));
  else {
    out(
      `${isDryRun ? "Would change" : "Changed"}: ${changed} of ${total} organizations; the same already: ${same}`,
    );
    for (const { organizationId, detail } of failed) out(`${organizationId}: ${detail}`);
    if (failures > failed.length) out(`… and ${failures - failed.length} more`);
  }
  const isPlainDryRun = isDryRun && values["check"] !== true;
  if (failures > 0 && !isPlainDryRun)
    throw new CommandError(`${failures} of ${total} organizations ${isDryRun ? "would fail" : "failed"}.`);
  if (values["check"] === true && changed > 0)
    throw new CommandError(
      `The permissions or roles of ${changed} of ${total} organizations differ from FILE.`,
    );
  return 0;
}

/** Whether nothing is to be changed. */
export function readDryRun(values: Values): boolean {
  return values["dry-run"] === true || values["check"] === true;
}

/** What is pushed: the file, and which permissions may be removed. */
export function toPushBody({ groups, roles }: PushFile, { drop, "drop-all": dropsAll }: Values): object {
  const names = typeof drop === "string" ? drop.split(",").filter((name) => name !== "") : [];
  return {
    groups,
    ...(roles === undefined ? {} : { roles }),
    ...(dropsAll === true ? { dropAll: true } : names.length === 0 ? {} : { drop: names }),
  };
}

const intervalMs = 500;

/** Pushes through a running server, and waits until every organization has it. The push goes on there if the command is stopped. */
export async function pushToAllOverHttp(
  connection: { readonly url: string; readonly token: string },
  values: Values,
  terminal: Terminal,
): Promise<number> {
  const file = await readPushFile(String(values["FILE"]));
  const client = openInstallationClient(connection);
  const before = await client.get();
  if (readDryRun(values)) return compareWithServer(before?.body ?? null, file, values, terminal);
  const body = toPushBody(file, values) as InstallationCatalogueBody;
  const { version } = await client.put(body, before?.etag ?? '"0"');
  const { progress } = await follow(client, version);
  const { organizations: total, applied, changed, failures } = progress;
  const failed = failures.map(({ organizationId, code, detail }) => ({ organizationId, code, detail }));
  return reportPush({ total, changed, same: applied - changed, failed }, values, terminal);
}

/** A later push has ended this one. */
export function pushReplaced(): CommandError {
  return new CommandError("Another push has replaced this one. The command of that push says how it ends.");
}

async function follow(client: InstallationClient, version: number): Promise<InstallationCatalogue> {
  const show = showProgress("Pushing");
  for (;;) {
    const state = (await client.get())?.body;
    if (state?.version !== version) throw pushReplaced();
    const { organizations, applied, failed } = state.progress;
    show(applied + failed, organizations);
    if (state.status === "done") return state;
    await wait(intervalMs);
  }
}

/** What differs between the file and what was pushed last. The organizations themselves are compared only by a push. */
function compareWithServer(
  before: InstallationCatalogue | null,
  file: PushFile,
  values: Values,
  { out }: Terminal,
): number {
  const differences = findDifferences(before, file);
  const failed = before?.progress.failed ?? 0;
  const isDone = before?.status === "done" && failed === 0;
  if (values["json"] === true)
    out(JSON.stringify({ ...differences, same: isEmpty(differences), pushed: false }));
  else
    for (const [label, names] of Object.entries(differences))
      if (names.length > 0) out(`Would be ${label}: ${names.join(", ")}`);
  if (values["check"] !== true) return 0;
  if (!isEmpty(differences))
    throw new CommandError("FILE differs from what was pushed to all organizations last.");
  if (!isDone)
    throw new CommandError(
      `The last push ${failed > 0 ? `failed in ${failed} organizations` : "is still running"}.`,
    );
  return 0;
}

interface Differences {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

const isEmpty = (differences: Differences): boolean =>
  Object.values(differences).every((names: readonly string[]) => names.length === 0);

/** By permission, and by key of a role as `role agent`. */
function findDifferences(before: InstallationCatalogue | null, file: PushFile): Differences {
  const was = new Map([...describePermissions(before?.groups ?? []), ...describeRoles(before?.roles ?? [])]);
  const roles = file.roles ?? before?.roles ?? [];
  const is = new Map([...describePermissions(file.groups), ...describeRoles(roles)]);
  return {
    added: [...is.keys()].filter((name) => !was.has(name)),
    removed: [...was.keys()].filter((name) => !is.has(name)),
    changed: [...is.keys()].filter((name) => was.has(name) && was.get(name) !== is.get(name)),
  };
}

function describePermissions(groups: unknown): readonly (readonly [string, string])[] {
  return parseCatalogue(groups).definition.flatMap(({ label, description, actions }) =>
    actions.map((action) => [action.permission, JSON.stringify([label, description, action])] as const),
  );
}

interface DeclaredRole {
  readonly key?: string;
  readonly name?: string;
  readonly description?: string;
  readonly translations?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly permissions?: readonly string[];
}

function describeRoles(roles: readonly unknown[]): readonly (readonly [string, string])[] {
  return (roles as readonly DeclaredRole[]).map((role) => {
    const { key, name, description = "", translations = {}, permissions = [] } = role;
    const texts = Object.entries(translations).toSorted(([one], [other]) => one.localeCompare(other));
    const sorted = texts.map(([language, text]) => [language, text["name"] ?? "", text["description"] ?? ""]);
    return [
      `role ${key}`,
      JSON.stringify([name, description, sorted, [...new Set(permissions)].toSorted()]),
    ] as const;
  });
}
