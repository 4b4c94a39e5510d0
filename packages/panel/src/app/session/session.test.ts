import { expect, test } from "vitest";
import { currentMembership, type Membership } from "./session.tsx";

const membership = (id: string, status: Membership["status"] = "active"): Membership => ({
  id,
  name: id,
  userId: id,
  status,
  roles: [],
  permissions: [],
  isOwner: false,
});
const me = (...organizations: Membership[]) => ({
  account: { id: "a", name: "A", email: "a@b.example", language: "en" as const },
  organizations,
  mail: "files" as const,
});

test("the organization chosen before is the current one", () => {
  expect(currentMembership(me(membership("a"), membership("b")), "b")?.id).toBe("b");
});

test("the first is current where none was chosen or the chosen one is gone", () => {
  expect(currentMembership(me(membership("a"), membership("b")), null)?.id).toBe("a");
  expect(currentMembership(me(membership("a")), "gone")?.id).toBe("a");
});

test("a suspended membership opens nothing, chosen or not", () => {
  expect(currentMembership(me(membership("a", "suspended"), membership("b")), "a")?.id).toBe("b");
  expect(currentMembership(me(membership("a", "suspended")), null)).toBeNull();
});
