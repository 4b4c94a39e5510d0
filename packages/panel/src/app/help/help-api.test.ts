import { expect, test } from "vitest";
import { helpFor, placeOf } from "./help-api.ts";

test.each([
  ["/users", "users"],
  ["/users/019a", "user-details"],
  ["/roles/compare", "compare-roles"],
  ["/roles/new", "roles"],
  ["/settings/organization", "settings"],
  ["/", "getting-started"],
])("on %s the guide opens at %s", (pathname, slug) => {
  expect(helpFor(pathname)).toBe(slug);
});

test.each([
  ["/help/roles?lang=tr#rol%C3%BC-silin", { slug: "roles", anchor: "rolü-silin" }],
  ["https://gatehouse.example/help/roles?lang=en", { slug: "roles", anchor: "" }],
  ["https://elsewhere.example/", null],
])("%s leads to %o", (href, place) => {
  expect(placeOf(href)).toEqual(place);
});
