import { expect, test } from "vitest";
import { parseSender } from "./mailer.ts";

test.each([
  ["gatehouse@lodos.example", { name: "", address: "gatehouse@lodos.example" }],
  ["Lodos Access <Gatehouse@Lodos.example>", { name: "Lodos Access", address: "gatehouse@lodos.example" }],
  ['"Brandt, Olive" <o@lodos.example>', { name: "Brandt, Olive", address: "o@lodos.example" }],
  ["gatehouse@localhost", { name: "", address: "gatehouse@localhost" }],
])("parses the sender %j", (text, sender) => {
  expect(parseSender(text)).toEqual(sender);
});

test.each([
  "",
  "Gatehouse",
  "a@b.example, c@d.example",
  "team: a@b.example;",
  "a@b.example\r\nBcc: c@d.example",
  "<@>",
])("rejects the sender %j", (text) => {
  expect(parseSender(text)).toBeNull();
});
