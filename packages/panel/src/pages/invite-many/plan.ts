/** What is being sent, kept in the tab so that it can go on after the page was left. */
import type { SendInvitationsResult } from "@gatehouse/sdk/contract";
import type { Terms } from "../../app/invite/use-terms.ts";
import { recallInTab, rememberInTab } from "../../app/storage.ts";
import type { Listed } from "./judge-people.ts";

/** Somebody who is invited. */
export type Invitee = Pick<Listed, "line" | "text" | "name" | "roleIds">;

/** One answer of the server. */
export type Result = SendInvitationsResult["results"][number];

/** A list on its way. Its keys are made from its id, so that the same part sent again is the same request. */
export interface Plan {
  readonly id: string;
  /** Whose it is: organization and user. */
  readonly owner: string;
  readonly people: readonly Invitee[];
  readonly terms: Omit<Terms, "roleIds">;
}

/** How many go into one request and one transaction. */
export const chunkSize = 100;

/** Keeps a plan; null forgets it. */
export function keepPlan(plan: Plan | null): void {
  rememberInTab("invite-many", plan === null ? null : JSON.stringify(plan));
}

/** The plan that this person left behind in this tab, or null. */
export function keptPlan(owner: string): Plan | null {
  try {
    const plan = JSON.parse(recallInTab("invite-many") ?? "null") as Plan | null;
    return plan?.owner === owner ? plan : null;
  } catch {
    return null;
  }
}

/** The name of a part of the plan. */
export function keyOf(plan: Plan, chunk: readonly Invitee[]): string {
  const [first] = chunk;
  return `${plan.id}-${first === undefined ? 0 : plan.people.indexOf(first)}`;
}
