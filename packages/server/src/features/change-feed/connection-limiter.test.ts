import { expect, test } from "vitest";
import { createConnectionLimiter, type StreamHolder } from "./connection-limiter.ts";

const limits = { total: 20, perActor: 8, perSession: 4, guaranteedPerOrganization: 2 };

const holder = (organizationId: string, id: string, sessionId: string | null = null): StreamHolder => ({
  organizationId,
  id,
  sessionId,
});

function setUp() {
  const { acquire } = createConnectionLimiter(limits);
  /** How many of `tries` are admitted. */
  const open = (tries: number, who: StreamHolder): number =>
    Array.from({ length: tries }, () => acquire(who)).filter((release) => release !== null).length;
  return { acquire, open };
}

test("one session and one actor can't open more than their part", () => {
  const { open } = setUp();
  expect(open(10, holder("acme", "ada", "one"))).toBe(4);
  expect(open(10, holder("acme", "ada", "two"))).toBe(4);
  expect(open(10, holder("acme", "ada", "three"))).toBe(0);
  expect(open(10, holder("acme", "bob", "four"))).toBe(4);
  expect(open(10, holder("acme", "key"))).toBe(8);
});

test("an organization that uses up everything shuts out no other organization", () => {
  const { open } = setUp();
  for (const id of ["a", "b", "c", "d"]) open(100, holder("storm", id));
  expect(open(1, holder("storm", "e"))).toBe(0);
  expect(open(5, holder("acme", "ada", "one"))).toBe(2);
  expect(open(5, holder("lodos", "key"))).toBe(2);
});

test("a released connection is free again, once", () => {
  const { acquire, open } = setUp();
  const who = holder("acme", "ada", "one");
  const first = acquire(who);
  expect(open(3, who)).toBe(3);
  expect(acquire(who)).toBeNull();
  first?.();
  first?.();
  expect(open(5, who)).toBe(1);
});
