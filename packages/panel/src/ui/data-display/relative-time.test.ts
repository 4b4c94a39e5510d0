import { describe, expect, test } from "vitest";
import { absoluteTime, dateOnly, relativePhrase, relativeTime } from "./relative-time.ts";

const now = new Date(2026, 10, 23, 13, 0, 0);
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const hour = 3600;
const day = 24 * hour;

describe("relativeTime", () => {
  test.each([
    [10, "Now", "Şimdi"],
    [50, "1 minute ago", "1 dakika önce"],
    [119, "1 minute ago", "1 dakika önce"],
    [11 * 60, "11 minutes ago", "11 dakika önce"],
    [5 * hour, "5 hours ago", "5 saat önce"],
    [30 * hour, "Yesterday", "Dün"],
    [3 * day, "3 days ago", "3 gün önce"],
    [15 * day, "2 weeks ago", "2 hafta önce"],
    [36 * day, "5 weeks ago", "5 hafta önce"],
    [100 * day, "3 months ago", "3 ay önce"],
    [800 * day, "2 years ago", "2 yıl önce"],
  ])("formats %d seconds ago in both languages", (seconds, english, turkish) => {
    expect(relativeTime(ago(seconds), now, "en")).toBe(english);
    expect(relativeTime(ago(seconds), now, "tr")).toBe(turkish);
  });

  test("starts with a lower-case letter inside a sentence", () => {
    expect(relativePhrase(ago(10), now, "en")).toBe("just now");
    expect(relativePhrase(ago(10), now, "tr")).toBe("az önce");
    expect(relativePhrase(ago(30 * hour), now, "tr")).toBe("dün");
  });

  test("formats instants in the future", () => {
    expect(relativeTime(ago(-7 * day), now, "en")).toBe("Next week");
    expect(relativeTime(ago(-3 * day), now, "tr")).toBe("3 gün sonra");
  });

  test("counts calendar days", () => {
    const justAfterMidnight = new Date(2026, 10, 23, 0, 30);
    const twoEveningsBefore = new Date(2026, 10, 21, 23, 30);
    expect(relativeTime(twoEveningsBefore, justAfterMidnight, "tr")).toBe("Evvelsi gün");
    expect(relativeTime(twoEveningsBefore, justAfterMidnight, "en")).toBe("2 days ago");
  });
});

describe("absolute dates", () => {
  const at = new Date("2026-11-30T16:28:00.000Z");

  test("include the time zone", () => {
    expect(absoluteTime(at, "en", "Europe/Istanbul")).toBe("30 Nov 2026, 19:28 (UTC+3)");
    expect(absoluteTime(at, "tr", "Europe/Istanbul")).toBe("30 Kas 2026 19:28 (UTC+3)");
    expect(absoluteTime(at, "en", "UTC")).toBe("30 Nov 2026, 16:28 (UTC)");
  });

  test("can omit the time", () => {
    expect(dateOnly(new Date(2026, 2, 3, 12), "en")).toBe("3 Mar 2026");
    expect(dateOnly(new Date(2026, 2, 3, 12), "tr")).toBe("3 Mar 2026");
  });
});
