import { foldText } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { createRandom, inventPerson } from "./people.ts";

function invent(count: number) {
  const random = createRandom(1_204);
  const taken = new Map<string, number>();
  return Array.from({ length: count }, () => inventPerson(random, taken, foldText));
}

test("the same people are invented at every run", () => {
  expect(invent(200)).toEqual(invent(200));
});

test("of five thousand hardly any share a name, and none a mailbox", () => {
  const people = invent(5_000);
  const count = (texts: readonly string[]) => new Set(texts).size;
  expect(count(people.map(({ name }) => name))).toBeGreaterThan(4_900);
  expect(count(people.map(({ mailbox }) => mailbox))).toBe(5_000);
  const lasts = people.map(({ name }) => name.split(" ").at(-1) ?? "");
  expect(count(lasts)).toBeGreaterThan(400);
});

test("a mailbox is plain ASCII, whatever script the name is in", () => {
  for (const { name, mailbox } of invent(2_000)) expect(mailbox, name).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*$/);
});
