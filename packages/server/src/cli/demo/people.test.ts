import { foldText } from "@gatehouse/sdk/contract";
import { expect, test } from "vitest";
import { createRandom, generatePerson } from "./people.ts";

function generate(count: number) {
  const random = createRandom(1_204);
  const taken = new Map<string, number>();
  return Array.from({ length: count }, () => generatePerson(random, taken, foldText));
}

test("generates the same people at every run", () => {
  expect(generate(200)).toEqual(generate(200));
});

test("generates 5,000 people with few repeated names and no repeated mailbox", () => {
  const people = generate(5_000);
  const count = (texts: readonly string[]) => new Set(texts).size;
  expect(count(people.map(({ name }) => name))).toBeGreaterThan(4_900);
  expect(count(people.map(({ mailbox }) => mailbox))).toBe(5_000);
  const lasts = people.map(({ name }) => name.split(" ").at(-1) ?? "");
  expect(count(lasts)).toBeGreaterThan(400);
});

test("generates ASCII mailboxes for names in any script", () => {
  for (const { name, mailbox } of generate(2_000))
    expect(mailbox, name).toMatch(/^[a-z0-9]+([.-][a-z0-9]+)*$/);
});
