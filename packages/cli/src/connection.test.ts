import { expect, test } from "vitest";
import { readConnection } from "./connection.ts";

const environment = { GATEHOUSE_URL: "https://gate.example.com", GATEHOUSE_API_KEY: " ghk_key\n" };

test("reads address and key from the environment, and an option before that", async () => {
  expect(await readConnection({}, environment)).toEqual({
    url: "https://gate.example.com",
    apiKey: "ghk_key",
  });
  const { url } = await readConnection({ url: "http://127.0.0.1:3000" }, environment);
  expect(url).toBe("http://127.0.0.1:3000");
});

test("says which setting is missing and where it comes from", async () => {
  await expect(readConnection({}, {})).rejects.toThrow("--url https://…, or set GATEHOUSE_URL");
  await expect(readConnection({}, { GATEHOUSE_URL: "https://gate.example.com" })).rejects.toThrow(
    "Set GATEHOUSE_API_KEY, or add --api-key-stdin",
  );
});
