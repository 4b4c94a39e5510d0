/** The organization that a command works on, and the command line as an actor in it. */

import { permissionSet } from "@gatehouse/access";
import { CommandError, type Option, type Values } from "@gatehouse/cli";
import { pino } from "pino";
import * as z from "zod/mini";
import type { SystemActor } from "../auth/actor.ts";
import { getCatalogue } from "../auth/catalogue-cache.ts";
import { noEnds } from "../auth/permission-ends.ts";
import { readConfig } from "../config.ts";
import type { Database } from "../db/database.ts";
import { listOrganizationIds } from "../db/list-organization-ids.ts";
import { listPending } from "../db/migrate.ts";
import type { Deps } from "../deps.ts";
import { systemClock } from "../ports/clock.ts";
import { systemIds } from "../ports/ids.ts";
import { openInstallation, openStorage } from "./open-installation.ts";

/** The option that names the organization. */
export const organizationOption: Option = {
  type: "string",
  value: "ID",
  help: "Which organization; not needed when there is only one",
};

/** An organization in the configured database. */
export interface OrganizationTarget<D> {
  readonly deps: D;
  readonly actor: SystemActor;
  readonly close: () => Promise<void>;
}

/** What a command that only reads may use. */
export type ReadingDeps = Pick<Deps, "db" | "clock" | "ids">;

/** Opens the organization of `--organization`, or the only one, to change it. Updates the schema. */
export function openOrganization(values: Values, command: string): Promise<OrganizationTarget<Deps>> {
  return open(values, command, () => openInstallation(readConfig(), command, pino({ level: "silent" })));
}

/**
 * The same, to read it: nothing is changed, not even the schema. While a server has the embedded database open, a copy of it is read.
 * @throws CommandError when there is no database yet, or its schema is not that of this version
 */
export function openOrganizationToRead(
  values: Values,
  command: string,
): Promise<OrganizationTarget<ReadingDeps>> {
  return open(values, command, () => openToRead(command));
}

/** The same without choosing an organization. */
export async function openToRead(
  command: string,
): Promise<{ readonly deps: ReadingDeps; readonly close: () => Promise<void> }> {
  const { engine, db, close } = await openStorage(readConfig(), command, {
    mustExist: true,
    mayCopy: true,
  });
  try {
    const pending = await engine.withoutTimeout(listPending);
    if (pending.length > 0)
      throw new CommandError(
        "The database is not up to date, or empty, and this command doesn't change it. Run: gatehouse migrate",
      );
    return { deps: { db, clock: systemClock, ids: systemIds }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function open<D extends ReadingDeps>(
  { organization }: Values,
  command: string,
  openDeps: () => Promise<{ readonly deps: D; readonly close: () => Promise<void> }>,
): Promise<OrganizationTarget<D>> {
  const { deps, close } = await openDeps();
  try {
    const requestedId = typeof organization === "string" ? organization : null;
    const organizationId = await chooseOrganization(deps.db, requestedId);
    const actor = await createCommandLineActor(deps, organizationId, command);
    return { deps, actor, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The command line as an actor in an organization, with every permission of its catalogue. */
export async function createCommandLineActor(
  { db, ids }: Pick<Deps, "db" | "ids">,
  organizationId: string,
  command: string,
): Promise<SystemActor> {
  const catalogue = await db.tenant(organizationId, (tx) => getCatalogue(tx, organizationId), {
    readOnly: true,
  });
  return {
    type: "system",
    id: null,
    name: "Command line",
    organizationId,
    ownUserId: null,
    accountId: null,
    sessionId: null,
    language: null,
    catalogue,
    permissions: permissionSet.all(catalogue),
    permissionEnds: noEnds,
    origin: { ip: null, userAgent: `gatehouse ${command}`, requestId: ids.next() },
  };
}

async function chooseOrganization(db: Database, requestedId: string | null): Promise<string> {
  const ids = await listOrganizationIds(db);
  if (requestedId !== null) {
    const id = requestedId.toLowerCase();
    if (z.uuid().safeParse(id).success && ids.includes(id)) return id;
    throw new CommandError(
      `There is no organization ${requestedId} here. These are there: ${ids.join(", ") || "none"}.`,
    );
  }
  const [only, ...others] = ids;
  if (only === undefined) throw new CommandError("There is no organization yet. Run: gatehouse setup");
  if (others.length === 0) return only;
  throw new CommandError(
    `There is more than one organization. Add --organization with one of ${ids.join(", ")}.`,
  );
}
