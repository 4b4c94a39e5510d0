import { expect, test } from "vitest";
import { computeExpiry, getInitialDelivery, getStatus, isExpired } from "./invitation-state.ts";

const expiresAt = new Date("2026-11-30T12:00:00.000Z");

test("an invitation is expired from the instant of its expiry", () => {
  expect(isExpired({ expiresAt }, new Date("2026-11-30T11:59:59.999Z"))).toBe(false);
  expect(isExpired({ expiresAt }, expiresAt)).toBe(true);
});

test.each([
  ["pending", -1, "pending"],
  ["pending", 0, "expired"],
  ["accepted", 0, "accepted"],
  ["revoked", 0, "revoked"],
] as const)("a %s invitation, %d ms from its expiry, has the status %s", (status, offset, expected) => {
  expect(getStatus({ status, expiresAt }, new Date(expiresAt.getTime() + offset))).toBe(expected);
});

test("a day of expiry is 24 hours", () => {
  expect(computeExpiry(new Date("2026-03-28T12:00:00Z"), 7)).toEqual(new Date("2026-04-04T12:00:00Z"));
});

test("an email is queued only with a mail server and when sending is requested", () => {
  expect(getInitialDelivery(true, "smtp")).toBe("queued");
  expect(getInitialDelivery(true, "files")).toBe("not-configured");
  expect(getInitialDelivery(false, "smtp")).toBe("not-configured");
});
