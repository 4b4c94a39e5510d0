import { expect, test } from "vitest";
import { heloName, readSmtpUrl } from "./smtp-url.ts";

test.each([
  ["smtps://u:p@mail.example.com", "always", 465],
  ["smtp://u:p@mail.example.com", "required", 587],
  ["smtp://u:p@mail.example.com:2525", "required", 2525],
  ["SMTP://u:p@mail.example.com", "required", 587],
  ["smtp://mail.example.com:25", "offered", 25],
  ["smtp+insecure://u:p@mail.example.com:25", "offered", 25],
  ["smtp://u:p@127.0.0.1:1025", "offered", 1025],
  ["smtp://u:p@localhost:1025", "offered", 1025],
  ["smtp://u:p@[::1]:1025", "offered", 1025],
] as const)("%s has encryption %s", (url, encryption, port) => {
  expect(readSmtpUrl(url)).toMatchObject({ encryption, port });
});

test.each([
  "smtp://u:p@mail.example.com?requireTLS=false&ignoreTLS=true",
  "smtp://u:p@mail.example.com?IGNORETLS=true&opportunisticTLS=true",
  "smtp://u:p@localhost.example.com",
  "smtp://u:p@127.0.0.1.example.com",
])("a password in %s requires encryption whatever its parameters and host look like", (url) => {
  const server = readSmtpUrl(url);
  expect(server.encryption).toBe("required");
  expect(server.url).not.toMatch(/tls/i);
});

test("other parameters are kept", () => {
  expect(readSmtpUrl("smtps://u:p@mail.example.com?tls.rejectUnauthorized=false").url).toContain(
    "tls.rejectUnauthorized=false",
  );
});

test.each([
  ["https://access.lodos.example", "access.lodos.example"],
  ["http://127.0.0.1:3000", "[127.0.0.1]"],
  ["http://[::1]:3000", "[IPv6:::1]"],
])("a server at %s says EHLO %s", (publicUrl, name) => {
  expect(heloName(publicUrl)).toBe(name);
});
