/** Example data: one campaign in each state. */
import { type Actor, openCampaigns } from "../src/server/campaigns.ts";
import { openDatabase } from "../src/server/open-database.ts";
import { openSegments } from "../src/server/segments.ts";
import { people } from "./people.ts";

const hour = 3_600_000;

/** Fills a new database. @param userIds user ids by e-mail address */
export function seedCampaigns(file: string, userIds: ReadonlyMap<string, string>): void {
  const database = openDatabase(file);
  let at = Date.now() - 9 * 24 * hour;
  const now = (): Date => {
    at += 7 * hour;
    return new Date(at);
  };
  const person = (email: string): Actor => ({
    id: userIds.get(email) ?? "",
    name: people.find((one) => one.email === email)?.name ?? "",
  });
  const [mert, aylin] = [person("marketer@example.test"), person("approver@example.test")];
  const segments = openSegments(database, now);
  const campaigns = openCampaigns(database, now);
  const regulars = segments.create(mert, {
    name: "Regulars",
    rule: "Bought something in each of the last three months",
  });
  const asleep = segments.create(mert, { name: "Fallen asleep", rule: "Has not opened the app for 30 days" });
  const izmir = segments.create(mert, {
    name: "İzmir and around",
    rule: "Lives within 50 km of the store in İzmir",
  });
  const write = (name: string, channel: "push" | "email" | "sms", segmentId: string, message: string) =>
    campaigns.create(mert, { name, channel, segmentId, message });
  const thanks = write(
    "Thank you for a year with us",
    "email",
    regulars.id,
    "A year ago you bought from us for the first time. Thank you! Delivery is free for you this week.",
  );
  campaigns.decide(aylin, thanks.id, campaigns.submit(mert, thanks.id, 1).version, null);
  const missed = write("We miss you", "push", asleep.id, "URGENT!!! You have not been here for AGES!");
  campaigns.decide(
    aylin,
    missed.id,
    campaigns.submit(mert, missed.id, 1).version,
    "Too loud. Say what is new instead, in one calm sentence.",
  );
  const opening = write(
    "Late opening on Friday",
    "sms",
    izmir.id,
    "On Friday our store in İzmir is open until 23:00. See you there!",
  );
  campaigns.submit(mert, opening.id, 1);
  write(
    "Autumn collection",
    "email",
    regulars.id,
    "The autumn collection is here. You see it two days before everybody else.",
  );
  database.close();
}
