import { expect, test } from "vitest";
import { currentMembership, type Membership } from "./session.tsx";

const membership = (id: string, status: Membership["status"] = "active"): Membership => ({
  id,
  name: id,
  userId: id,
  userName: id,
  status,
  roles: [],
  permissions: [],
  isOwner: false,
  panels: [],
  unmetRule: null,
  twoFactorDueAt: null,
  contacts: [],
});
const me = (...organizations: Membership[]) => ({
  account: { id: "a", name: "A", email: "a@b.example", language: "en" as const },
  organizations,
  mail: "files" as const,
});

test("selects the saved organization", () => {
  expect(currentMembership(me(membership("a"), membership("b")), "b")?.id).toBe("b");
});

test("selects the first organization when none is saved or the saved one is missing", () => {
  expect(currentMembership(me(membership("a"), membership("b")), null)?.id).toBe("a");
  expect(currentMembership(me(membership("a")), "gone")?.id).toBe("a");
});

test("never selects a suspended membership", () => {
  expect(currentMembership(me(membership("a", "suspended"), membership("b")), "a")?.id).toBe("b");
  expect(currentMembership(me(membership("a", "suspended")), null)).toBeNull();
});
