import { expect, test } from "vitest";
import { getHelpSlug, parseHelpUrl } from "./help-drawer.tsx";

test.each([
  ["/users", "users"],
  ["/users/019a", "user-details"],
  ["/roles/compare", "compare-roles"],
  ["/roles/new", "roles"],
  ["/settings/organization", "settings"],
  ["/", "getting-started"],
])("%s opens the page %s of the guide", (pathname, slug) => {
  expect(getHelpSlug(pathname)).toBe(slug);
});

test.each([
  ["/help/roles?lang=tr#rol%C3%BC-silin", { slug: "roles", anchor: "rolü-silin" }],
  ["https://gatehouse.example/help/roles?lang=en", { slug: "roles", anchor: "" }],
  ["https://elsewhere.example/", null],
])("parses %s as %o", (href, place) => {
  expect(parseHelpUrl(href)).toEqual(place);
});
