import { afterEach, beforeEach, expect, test } from "vitest";
import type { Campaign } from "../src/types.ts";
import { createTestPanel, type TestPanel, type Who } from "./test-panel.ts";

let panel: TestPanel;
let segmentId: string;

beforeEach(async () => {
  panel = await createTestPanel();
  segmentId = (await panel.send("mert", "POST", "/segments", { name: "Regulars", rule: "Buys often" })).body
    .id;
});
afterEach(() => panel.close());

const draft = () => ({ name: "Spring", channel: "email", segmentId, message: "Hello!" });

async function makeCampaign(who: Who = "mert"): Promise<Campaign> {
  const { status, body } = await panel.send(who, "POST", "/campaigns", draft());
  expect(status).toBe(201);
  return body;
}

const act = (who: Who | null, action: string, { id, version }: Campaign, more: object = {}) =>
  panel.send(who, "POST", `/campaigns/${id}/${action}`, { version, ...more });

async function makeSubmitted(who: Who = "mert"): Promise<Campaign> {
  return (await act(who, "submit", await makeCampaign(who))).body;
}

test("a campaign goes from draft to approval, with the users recorded", async () => {
  const campaign = await makeCampaign();
  expect(campaign).toMatchObject({
    state: "draft",
    version: 1,
    created: { id: "mert", name: "Name of mert" },
  });
  const sent = (await act("mert", "submit", campaign)).body;
  expect(sent).toMatchObject({ state: "submitted", version: 2, submitted: { id: "mert" } });
  const { status, body } = await act("aylin", "approve", sent);
  expect([status, body.state, body.decided?.id]).toEqual([200, "approved", "aylin"]);
});

test("a campaign that was sent back has a reason, and can be edited and submitted again", async () => {
  const back = (await act("aylin", "send-back", await makeSubmitted(), { reason: "Too loud." })).body;
  expect(back).toMatchObject({ state: "sent-back", reason: "Too loud.", decided: { id: "aylin" } });
  const edited = await panel.send("mert", "PATCH", `/campaigns/${back.id}`, {
    ...draft(),
    message: "Calm.",
    version: back.version,
  });
  expect(edited).toMatchObject({ status: 200, body: { message: "Calm.", state: "sent-back" } });
  expect((await act("mert", "submit", edited.body)).body).toMatchObject({
    state: "submitted",
    reason: null,
    decided: null,
  });
});

test.each(["submit", "approve", "send-back"])("%s of an approved campaign is a conflict", async (action) => {
  const approved = (await act("aylin", "approve", await makeSubmitted())).body;
  const before = panel.campaigns();
  const { status, type, body } = await act(action === "submit" ? "mert" : "tom", action, approved, {
    reason: "No.",
  });
  expect([status, type]).toEqual([409, expect.stringMatching(/^application\/problem\+json/)]);
  expect(body.detail).toContain("approved");
  expect(panel.campaigns()).toEqual(before);
});

test("a draft can't be approved or sent back", async () => {
  const campaign = await makeCampaign();
  expect(await act("aylin", "approve", campaign)).toMatchObject({
    status: 409,
    body: {
      code: "campaigns/state",
      detail: "The campaign is a draft, so it can't be approved or sent back.",
    },
  });
});

test("a user can't decide about their own campaign, enforced by the database too", async () => {
  const own = await makeSubmitted("both");
  const before = panel.campaigns();
  for (const action of ["approve", "send-back"])
    expect(await act("both", action, own, { reason: "Mine." })).toMatchObject({
      status: 403,
      body: { code: "campaigns/own" },
    });
  expect(panel.campaigns()).toEqual(before);
  const direct = () =>
    panel.database.exec("UPDATE campaigns SET state = 'approved', decided_by = 'both', decided_at = 'now'");
  expect(direct).toThrow("nobody_decides_about_their_own");
});

test("of two concurrent approvers on two servers, one decides and the other gets a conflict", async () => {
  const other = await panel.openSecond();
  for (let round = 0; round < 10; round += 1) {
    const campaign = await makeSubmitted();
    const path = `/campaigns/${campaign.id}/approve`;
    const { version } = campaign;
    const responses = await Promise.all([
      panel.send("aylin", "POST", path, { version }),
      other.send("tom", "POST", path, { version }),
    ]);
    expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const [won, lost] = responses.toSorted((a, b) => a.status - b.status);
    expect(lost?.body).toMatchObject({
      code: "campaigns/decided",
      detail: `${won?.body.decided?.name} decided first: the campaign is already approved.`,
    });
    const kept = await panel.send("vera", "GET", `/campaigns/${campaign.id}`);
    expect(kept.body).toEqual(won?.body);
  }
  await other.close();
});

test("of two concurrent edits, the second gets a conflict and overwrites nothing", async () => {
  const campaign = await makeCampaign();
  const edit = (name: string) =>
    panel.send("mert", "PATCH", `/campaigns/${campaign.id}`, { ...draft(), name, version: campaign.version });
  const responses = await Promise.all([edit("One"), edit("Two")]);
  expect(responses.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect(responses.find(({ status }) => status === 409)?.body.code).toBe("campaigns/changed");
});

test("each invalid field has an error", async () => {
  const wrong = { name: "x".repeat(200), channel: "fax", segmentId: "", message: "a\u0000b" };
  const { status, body } = await panel.send("mert", "POST", "/campaigns", wrong);
  expect([status, body.code]).toEqual([422, "request/invalid"]);
  expect(body.errors).toEqual([
    { path: "name", detail: "Use 120 characters or fewer; this has 200." },
    { path: "channel", detail: "Choose push, e-mail or SMS." },
    { path: "segmentId", detail: "Choose a segment." },
    { path: "message", detail: "Remove invisible characters." },
  ]);
  const long = { ...draft(), channel: "sms", message: "ş".repeat(161) };
  expect((await panel.send("mert", "POST", "/campaigns", long)).body.errors).toEqual([
    { path: "message", detail: "Use 160 characters or fewer; this has 161." },
  ]);
  for (const odd of [null, [], "text", 7])
    expect((await panel.send("mert", "POST", "/campaigns", odd)).status).toBeGreaterThanOrEqual(400);
  expect((await panel.send("mert", "POST", "/campaigns", { ...draft(), segmentId: "gone" })).body.code).toBe(
    "segments/unknown",
  );
  expect(panel.campaigns()).toEqual([]);
});

test("a name may contain markup", async () => {
  const name = "<img src=x onerror=alert(1)> Ğ";
  const { body } = await panel.send("mert", "POST", "/campaigns", { ...draft(), name });
  expect((await panel.send("vera", "GET", `/campaigns/${body.id}`)).body.name).toBe(name);
});

test("reports count the campaigns", async () => {
  await makeCampaign();
  await makeSubmitted();
  await act("aylin", "approve", await makeSubmitted());
  const { body } = await panel.send("vera", "GET", "/reports");
  expect(body.byState).toEqual({ draft: 1, submitted: 1, approved: 1, "sent-back": 0 });
  expect(body.byChannel[1]).toEqual({ channel: "email", counts: body.byState });
  expect(body.bySegment).toEqual([{ name: "Regulars", count: 3, approved: 1 }]);
  expect(body.waitingSince).toMatch(/^\d{4}-/);
});

test("segment names are unique, ignoring case", async () => {
  const { status, body } = await panel.send("mert", "POST", "/segments", {
    name: "REGULARS",
    rule: "Others",
  });
  expect([status, body.code, body.errors?.[0]?.path]).toEqual([409, "segments/taken", "name"]);
});
