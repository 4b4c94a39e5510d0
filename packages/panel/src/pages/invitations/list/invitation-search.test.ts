import { expect, test } from "vitest";
import { isOpenTab, listQuery, readInvitationSearch, tabs } from "./invitation-search.ts";

test("the address shows the pending ones unless it names another tab", () => {
  expect(readInvitationSearch({})).toEqual({});
  expect(readInvitationSearch({ tab: "pending" }).tab).toBeUndefined();
  expect(readInvitationSearch({ tab: "failed", q: "ayşe" })).toMatchObject({ tab: "failed", q: "ayşe" });
});

test.each([{ tab: "lost" }, { tab: ["failed"] }, { q: " " }, { after: "", page: "2" }, { page: "-1" }])(
  "what makes no sense is dropped: %j",
  (given) => {
    const read = Object.values(readInvitationSearch(given)).filter((value) => value !== undefined);
    expect(read).toEqual([]);
  },
);

test("each tab asks for its kind", () => {
  expect(listQuery({})).toEqual({ limit: "50", status: "pending" });
  expect(listQuery({ tab: "failed", q: "x", after: "c" })).toEqual({
    limit: "50",
    status: "pending",
    delivery: "failed",
    query: "x",
    cursor: "c",
  });
  expect(listQuery({ tab: "revoked" })).toEqual({ limit: "50", status: "revoked" });
});

test("what was accepted or revoked is past", () => {
  expect(tabs.filter(isOpenTab)).toEqual(["pending", "expired", "failed"]);
});
