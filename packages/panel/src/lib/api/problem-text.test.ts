import { problems } from "@gatehouse/sdk/contract";
import { setupI18n } from "@lingui/core";
import { describe, expect, test } from "vitest";
import "../../app/shell/problem-texts.ts";
import { messages as englishNavigation } from "../../messages/en/navigation.po";
import { messages as english } from "../../messages/en/shell.po";
import { messages as turkishNavigation } from "../../messages/tr/navigation.po";
import { messages as turkish } from "../../messages/tr/shell.po";
import { problemText } from "./problem-text.tsx";
import { ApiProblem } from "./request.ts";

const en = setupI18n({ locale: "en", messages: { en: { ...english, ...englishNavigation } } });
const tr = setupI18n({ locale: "tr", messages: { tr: { ...turkish, ...turkishNavigation } } });

function problem(code: string, fields: Partial<ApiProblem> = {}) {
  return new ApiProblem({
    status: 400,
    detail: "Words of the server.",
    requestId: "r1",
    errors: [],
    params: {},
    retryAfter: null,
    ...fields,
    code,
  });
}

describe("problemText", () => {
  test("shows the waiting time of a throttled request in whole minutes", () => {
    expect(problemText(problem("throttled", { retryAfter: 61 }), en).text).toBe("Try again in 2 minutes.");
    expect(problemText(problem("throttled", { retryAfter: 5 }), en).text).toBe("Try again in a minute.");
    expect(problemText(problem("throttled", { retryAfter: 421 }), tr).text).toBe(
      "8 dakika sonra yeniden deneyin.",
    );
  });

  test("names the missing permission", () => {
    const params = { permission: "users:invite", label: "Invite users" };
    expect(problemText(problem("forbidden/permission", { params }), en).text).toContain("“Invite users”");
  });

  test("names PUBLIC_URL and the address that was opened, if it is one", () => {
    const publicUrl = "https://gate.example.com";
    const text = (params: object) =>
      problemText(problem("forbidden/origin", { params: { ...params } }), en).text;
    expect(text({ publicUrl, origin: "http://10.0.0.5:3000" })).toBe(
      "Open https://gate.example.com instead. If http://10.0.0.5:3000 is right, ask the administrator of the server to set PUBLIC_URL=http://10.0.0.5:3000.",
    );
    expect(text({ publicUrl, origin: null })).toBe(
      "Open https://gate.example.com instead: that is PUBLIC_URL on the server.",
    );
    expect(text({})).toContain("PUBLIC_URL");
  });

  test("shows the server's text for an unknown code in English only", () => {
    expect(problemText(problem("roles/brand-new"), en).text).toBe("Words of the server.");
    expect(problemText(problem("roles/brand-new"), tr).text).not.toContain("Words");
  });

  test("shows a general text for other errors", () => {
    expect(problemText(new TypeError("x is undefined"), en).text).not.toContain("undefined");
  });

  test.each(Object.keys(problems))("has a Turkish text for %s", (code) => {
    const { title, text } = problemText(problem(code), tr);
    expect(`${title} ${text}`).not.toMatch(/\b(?:the|is|can|your|try|again|server)\b/i);
    expect(title).not.toBe(problemText(problem(code), en).title);
  });
});
