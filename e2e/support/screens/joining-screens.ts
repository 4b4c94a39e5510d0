/** The screens of people who join, and of those whose access was taken away. */
import type { Screen } from "./screen.ts";
import { problem, type Stub } from "./stub.ts";

const panels = ["https://panel.lodos.example", "https://reports.lodos.example"];

/** An organization has ended the session. */
const lostAccess: Stub = {
  path: "/sessions/status",
  json: {
    session: null,
    needsSetup: false,
    lostAccess: { reason: "suspended", organization: "Lodos Retail" },
  },
};

/** The state of a user with other values in the membership. */
const asMember = (membership: object): Pick<Screen, "stubs" | "prepare"> => ({
  stubs: [{ path: "/me", membership }],
  prepare: (page) => page.locator("main h2").first().waitFor(),
});

/** The screens of a person who is not signed in. */
export const joiningOutside: readonly Screen[] = [
  {
    name: "sign-in-suspended",
    path: "/sign-in",
    stubs: [lostAccess],
    prepare: (page) => page.getByRole("alert").waitFor(),
  },
];

/** The screens of a signed-in user. */
export const joiningInside: readonly Screen[] = [
  { name: "welcome", path: "/welcome" },
  {
    name: "welcome-panels",
    path: "/welcome",
    ...asMember({ permissions: [], panels }),
  },
  {
    name: "welcome-without-role",
    path: "/welcome",
    ...asMember({
      permissions: [],
      roles: [],
      contacts: [
        { name: "Olive Brandt", email: "olive@lodos.example" },
        { name: "Kerem Aydın", email: "kerem.aydin@lodos.example" },
      ],
    }),
  },
  {
    name: "access-suspended",
    path: "/users",
    stubs: [problem("/api/v1/organizations/.*", 401, "auth/required"), lostAccess],
    prepare: (page) =>
      page
        .getByRole("dialog")
        .getByText(/Lodos Retail/)
        .waitFor(),
  },
];
