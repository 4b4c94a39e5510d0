/** A screen of the panel, as the accessibility tests and the screenshots visit it. */
import type { Page } from "playwright-core";
import type { Stub } from "./stub.ts";

/** Ids that the addresses of screens contain. */
export interface ScreenParameters {
  readonly organization: string;
  /** A user with several roles. */
  readonly user: string;
  readonly owner: string;
  readonly marketer: string;
  readonly viewer: string;
  readonly ownerRole: string;
  /** The token of a pending invitation. */
  readonly token: string;
}

/** A screen in one of its states. */
export interface Screen {
  readonly name: string;
  readonly path: string | ((known: ScreenParameters) => string);
  /** Opened at `localhost`, for passkeys: browsers have none at an IP address. What it changes has to be stubbed. */
  readonly isAtLocalhost?: boolean;
  /** Responses that the demo doesn't give. */
  readonly stubs?: readonly Stub[];
  /** Brings the page into the state. It finds elements by role and attribute, because texts differ by language. */
  readonly prepare?: (page: Page) => Promise<void>;
}
