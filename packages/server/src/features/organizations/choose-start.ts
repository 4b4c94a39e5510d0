/** What a new organization starts with: what is asked for, or else what the operator pushed to all organizations. */
import { restoreCatalogue } from "@gatehouse/access/catalogue";
import type { Tx } from "../../db/database.ts";
import { named, sql } from "../../db/sql.ts";
import { hashTemplate, type RoleContent } from "../roles/index.ts";
import { type StartingPoint, startingPoints, startWith } from "./starting-points.ts";

/** A starting point, and the last push to all organizations. */
export interface Start extends StartingPoint {
  /** `left-out`: the organization starts with something else. Null before the first push. */
  readonly push: { readonly version: number; readonly outcome: "same" | "left-out" } | null;
}

interface PushedStart {
  readonly version: number;
  readonly definition: unknown;
  readonly roles: readonly (RoleContent & { readonly key: string })[];
}

/**
 * Chooses the starting point, before the transaction enters the organization. A push waits until the organization exists, so that it
 * doesn't miss it.
 */
export async function chooseStart(tx: Tx, requested: StartingPoint | null): Promise<Start> {
  const [, { rows }] = await Promise.all([
    tx.query(sql`${named("lockInstallation")} SELECT FROM installation FOR KEY SHARE`),
    tx.query(sql<PushedStart>`${named("findPushedStart")}
      SELECT c.version, c.definition, c.roles FROM installation_catalogue c`),
  ]);
  const [pushed] = rows;
  if (pushed === undefined) return { ...(requested ?? startingPoints.none), push: null };
  const { version, definition, roles } = pushed;
  if (requested !== null) return { ...requested, push: { version, outcome: "left-out" } };
  const start = startWith(restoreCatalogue(definition));
  const templates = roles.map((role) => ({ ...role, isOwner: false, templateHash: hashTemplate(role) }));
  return { ...start, roles: [...start.roles, ...templates], push: { version, outcome: "same" } };
}
