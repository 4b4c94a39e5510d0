import { expect, test } from "vitest";
import { describeChange } from "../src/pages/describe-change.ts";
import { atThisHost } from "../src/pages/this-host.ts";

test("a change of access is said in the catalogue's words, and only when it is about this panel", () => {
  const before = ["campaigns:view", "campaigns:approve", "users:view"];
  expect(describeChange(before, ["campaigns:view", "segments:create"])).toBe(
    "Your access was changed in Gatehouse. You may no longer: approve or send back (campaigns). You may now: create (segments).",
  );
  expect(describeChange(before, ["campaigns:view", "campaigns:approve"])).toBeNull();
});

test.each([
  ["http://127.0.0.1:3000", "localhost", "http://localhost:3000"],
  ["http://localhost:3000/", "127.0.0.1", "http://127.0.0.1:3000"],
  ["https://gate.example.com", "localhost", "https://gate.example.com"],
  ["http://127.0.0.1:3000", "panel.example.com", "http://127.0.0.1:3000"],
])("%s is called from %s as %s", (address, here, called) => {
  expect(atThisHost(address, here)).toBe(called);
});
