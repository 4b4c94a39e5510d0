import { expect, test } from "vitest";
import { toError } from "./pg-boss.ts";

test("a copied error from the job queue is converted to an Error", () => {
  const original = new Error("It is away.");
  expect(toError(original)).toBe(original);
  const copy = { message: original.message, stack: original.stack, queue: "invitation-mail", code: "57P01" };
  expect(toError(copy)).toBeInstanceOf(Error);
  expect(toError(copy)).toMatchObject(copy);
  const named = { ...copy, message: "It is away. (Queue: invitation-mail, Worker: 1)" };
  expect(toError(named)).toMatchObject(copy);
});

test.each([
  ["a text", "It is away.", "It is away."],
  ["nothing", undefined, "undefined"],
  ["an object without a message", {}, "The job queue failed without a message."],
])("%s from the job queue is converted to an Error", (_, reported, message) => {
  expect(toError(reported).message).toBe(message);
});
