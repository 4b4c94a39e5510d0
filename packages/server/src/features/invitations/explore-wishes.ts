import { compileRoles } from "@gatehouse/access";
import type { Tx } from "../../database/database.ts";
import type { Actor } from "../../http/actor.ts";
import { findRoles } from "../roles/index.ts";
import { type Addressee, findAddressees } from "./bulk-queries.ts";
import { judge, judgeDomain, type Wish } from "./judge-invitations.ts";

/** Judges addresses by what the database knows of their roles and people, and tells who has an account. */
export async function explore(
  tx: Tx,
  actor: Actor,
  asked: readonly Wish[],
  domains: readonly string[],
): Promise<{ readonly wishes: readonly Wish[]; readonly people: ReadonlyMap<string, Addressee> }> {
  const open = asked.filter((wish) => wish.verdict === null);
  const roleIds = new Set(open.flatMap((wish) => wish.roleIds));
  const roles = compileRoles(actor.catalogue, await findRoles(tx, actor.organizationId, [...roleIds]));
  const found = await findAddressees(
    tx,
    actor.organizationId,
    open.map((wish) => wish.email),
  );
  const people = new Map(found.map((person) => [person.email, person]));
  const judged = asked.map((wish) => judgeDomain(judge(actor, wish, { roles, people }), domains));
  return { wishes: judged, people };
}
