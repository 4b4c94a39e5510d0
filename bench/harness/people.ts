/** Invented people with realistic names, the same ones at every run. */
import { foldText } from "@gatehouse/sdk/contract";
import { createRandom, inventPerson, pick } from "../../packages/server/src/cli/demo/people.ts";

const roles = ["marketer", "viewer", "call-center", "developer"] as const;

/** Somebody as the factories take them. */
export interface Invented {
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
}

/** So many people, each with one of the example roles. */
export function inventPeople(count: number): readonly Invented[] {
  const random = createRandom(1_204);
  const taken = new Map<string, number>();
  return Array.from({ length: count }, () => {
    const { name, mailbox } = inventPerson(random, taken, foldText);
    return { name, email: `${mailbox}@lodos.example`, roles: [pick(random, roles)] };
  });
}
