import type { Endpoint } from "@gatehouse/sdk/contract";
import type { FastifyRequest } from "fastify";
import { expect, test } from "vitest";
import { readIdempotencyKey, readIfMatch } from "./headers.ts";

const endpoint: Endpoint = {
  method: "PATCH",
  path: "/things/:id",
  operationId: "editThing",
  summary: "",
  tag: "",
  success: { status: 200, body: null },
  versioned: true,
};

const request = (parts: Partial<FastifyRequest>): FastifyRequest =>
  ({ headers: {}, query: {}, method: "PATCH", url: "/things/1", ...parts }) as FastifyRequest;

const ifMatch = (header: string): string | null =>
  readIfMatch(endpoint, request({ headers: { "if-match": header } }));

test("reads the version from a strong ETag", () => {
  expect(ifMatch('"7"')).toBe("7");
  const changed = "7-0b4f9a0e-7d4e-4f0a-9c39-3f6d1f1f2a11";
  expect(ifMatch(`"${changed}"`)).toBe(changed);
});

test.each(["*", 'W/"7"', "7", '"7", "8"', '"07x"', '""', '"12345678901234567890"', '"7-"', '"7-x"'])(
  "refuses %j, which is no ETag of this API",
  (header) => {
    expect(() => ifMatch(header)).toThrow(expect.objectContaining({ code: "precondition/failed" }));
  },
);

test("requires If-Match for a change, but not for its preview", () => {
  expect(() => readIfMatch(endpoint, request({}))).toThrow(
    expect.objectContaining({ code: "precondition/required", status: 428 }),
  );
  expect(readIfMatch(endpoint, request({ query: { preview: "true" } }))).toBeNull();
  expect(() => readIfMatch(endpoint, request({ query: { preview: "false" } }))).toThrow();
});

test("doesn't require If-Match for unversioned resources and reads", () => {
  expect(readIfMatch({ ...endpoint, versioned: false }, request({}))).toBeNull();
  expect(readIfMatch({ ...endpoint, method: "GET" }, request({}))).toBeNull();
});

const key = (parts: Partial<FastifyRequest>) =>
  readIdempotencyKey(request({ method: "POST", headers: { "idempotency-key": "k-1" }, ...parts }));

test("distinguishes requests with the same key by URL and body", () => {
  const first = key({ body: { a: 1 } });
  expect(key({ body: { a: 1 } })).toEqual(first);
  expect(key({ body: { a: 2 } })?.requestHash).not.toBe(first?.requestHash);
  expect(key({ body: { a: 1 }, url: "/things/2" })?.requestHash).not.toBe(first?.requestHash);
});

test("returns null without the header, and rejects an invalid key", () => {
  expect(readIdempotencyKey(request({}))).toBeNull();
  for (const bad of ["", " ", "a b", "ü", "x".repeat(256)])
    expect(() => key({ headers: { "idempotency-key": bad } })).toThrow(
      expect.objectContaining({ code: "request/invalid" }),
    );
});
