import { expect, test } from "vitest";
import { hasActions, readInvitationSearch, tabs, toListQuery } from "./invitation-search.ts";

test("the default tab is pending", () => {
  expect(readInvitationSearch({})).toEqual({});
  expect(readInvitationSearch({ tab: "pending" }).tab).toBeUndefined();
  expect(readInvitationSearch({ tab: "failed", q: "ayşe" })).toMatchObject({ tab: "failed", q: "ayşe" });
});

test.each([{ tab: "lost" }, { tab: ["failed"] }, { q: " " }, { after: "", page: "2" }, { page: "-1" }])(
  "drops an invalid parameter: %j",
  (given) => {
    const read = Object.values(readInvitationSearch(given)).filter((value) => value !== undefined);
    expect(read).toEqual([]);
  },
);

test("each tab has its own API query", () => {
  expect(toListQuery({})).toEqual({ limit: "50", status: "pending" });
  expect(toListQuery({ tab: "failed", q: "x", after: "c" })).toEqual({
    limit: "50",
    status: "pending",
    delivery: "failed",
    query: "x",
    cursor: "c",
  });
  expect(toListQuery({ tab: "revoked" })).toEqual({ limit: "50", status: "revoked" });
});

test("accepted and revoked invitations have no bulk actions", () => {
  expect(tabs.filter(hasActions)).toEqual(["pending", "expired", "failed"]);
});
