import { expect, test } from "vitest";
import { toCurrentHost } from "../src/pages/current-host.ts";
import { describeChange } from "../src/pages/describe-change.ts";

test("describes a permission change with the catalogue's labels, for this panel's permissions only", () => {
  const before = ["campaigns:view", "campaigns:approve", "users:view"];
  expect(describeChange(before, ["campaigns:view", "segments:create"])).toBe(
    "Your access was changed in Gatehouse. You can no longer: approve or send back (campaigns). You can now: create (segments).",
  );
  expect(describeChange(before, ["campaigns:view", "campaigns:approve"])).toBeNull();
});

test.each([
  ["http://127.0.0.1:3000", "localhost", "http://localhost:3000"],
  ["http://localhost:3000/", "127.0.0.1", "http://127.0.0.1:3000"],
  ["https://gate.example.com", "localhost", "https://gate.example.com"],
  ["http://127.0.0.1:3000", "panel.example.com", "http://127.0.0.1:3000"],
])("%s on a page at %s becomes %s", (url, hostname, expected) => {
  expect(toCurrentHost(url, hostname)).toBe(expected);
});
