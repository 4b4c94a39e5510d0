/** A browser that visits a panel on another host: it keeps the cookies of that host, and follows where it is led. */
import type { Answer, ApiClient } from "./api-client.ts";
import type { TestApp } from "./create-test-app.ts";
import type { TestUser } from "./factories.ts";

/** A panel, as the proxy in front of it names it. */
export interface VisitedPanel {
  readonly organizationId: string;
  readonly origin: string;
}

/** Where an answer leads, and what it leaves in the browser. */
export interface Step {
  readonly status: number;
  readonly location: string;
  /** The first `Set-Cookie`; empty without one. */
  readonly setCookie: string;
}

/** What Gatehouse's page sends along; by default the person agrees. */
interface HandOffWishes {
  readonly consent?: boolean;
}

/** A browser at one panel. */
export interface Visitor {
  /** Begins to sign in. `to` stands in the address as it is given. */
  readonly begin: (to?: string) => Promise<Step>;
  /** What Gatehouse's page does, signed in as the person. */
  readonly askForLocation: (as?: ApiClient, to?: string, wishes?: HandOffWishes) => Promise<Answer>;
  /** The same; the code in the address that it answers. */
  readonly askForCode: () => Promise<string>;
  /** Brings a code back; `to` as it stands in the address. */
  readonly finish: (code: string, to?: string) => Promise<Step>;
  /** All of it. */
  readonly signIn: () => Promise<void>;
  /** Presses the panel's button. */
  readonly signOut: (headers?: Readonly<Record<string, string>>) => Promise<Step>;
  /** Id of the user whom a proxy in front of the panel lets in with the browser's cookies, or null. */
  readonly userThere: () => Promise<string | null>;
  readonly token: () => string | null;
  readonly cookies: Map<string, string>;
}

/** A browser without cookies, in which the person is signed in to Gatehouse. */
export function createVisitor(t: TestApp, panel: VisitedPanel, person: TestUser): Visitor {
  const { organizationId, origin } = panel;
  const cookies = new Map<string, string>();
  const asPerson = t.as(person);
  let handOff = new URLSearchParams();

  const send = async (
    method: "GET" | "POST",
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await t.app.inject({
      method,
      url: `/api/v1/${path}`,
      headers: { ...headers, ...(cookie === "" ? {} : { cookie }) },
    });
    for (const { name, value } of answer.cookies) {
      if (value === "") cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const about = `organization=${organizationId}&origin=${origin}`;
  const stepOf = ({ statusCode, headers }: Answer): Step => ({
    status: statusCode,
    location: headers.location ?? "",
    setCookie: [headers["set-cookie"] ?? ""].flat()[0] ?? "",
  });
  const begin = async (to = "/campaigns"): Promise<Step> => {
    const step = stepOf(await send("GET", `hand-off/sign-in?${about}&to=${to}`));
    handOff = new URL(step.location).searchParams;
    return step;
  };
  const askForLocation = (
    as = asPerson,
    to = handOff.get("to") ?? "/",
    { consent = true }: HandOffWishes = {},
  ): Promise<Answer> =>
    as.post(`/organizations/${handOff.get("organization")}/hand-offs`, {
      origin: handOff.get("origin"),
      state: handOff.get("state"),
      to,
      ...(consent ? { consent } : {}),
    });
  const askForCode = async (): Promise<string> => {
    const answer = await askForLocation();
    const { location } = answer.json<{ location: string }>();
    return new URL(location).searchParams.get("code") ?? "";
  };
  const finish = async (code: string, to = handOff.get("to") ?? "/"): Promise<Step> =>
    stepOf(await send("GET", `hand-off/session?${about}&code=${code}&to=${to}`));
  const prefix = origin.startsWith("https:") ? "__Host-" : "";
  return {
    begin,
    askForLocation,
    askForCode,
    finish,
    signIn: async () => {
      await begin();
      await finish(await askForCode());
    },
    signOut: async (headers = { origin }) =>
      stepOf(await send("POST", `hand-off/sign-out?${about}`, headers)),
    userThere: async () => {
      const answer = await send("GET", `forward-auth?${about}`);
      return answer.statusCode === 200 ? String(answer.headers["x-gatehouse-user"]) : null;
    },
    token: () => cookies.get(`${prefix}gatehouse-panel`) ?? null,
    cookies,
  };
}
