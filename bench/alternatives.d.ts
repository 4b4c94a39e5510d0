/**
 * The used part of the packages that only `npm run bench` installs, so that the types can be checked without them.
 */

declare module "casbin" {
  interface Enforcer {
    readonly enforce: (...values: readonly unknown[]) => Promise<boolean>;
    readonly enforceSync: (...values: readonly unknown[]) => boolean;
  }
  export class StringAdapter {
    constructor(policies: string);
  }
  export function newModelFromString(text: string): object;
  export function newEnforcer(model: object, adapter: StringAdapter): Promise<Enforcer>;
  export function newCachedEnforcer(model: object, adapter: StringAdapter): Promise<Enforcer>;
}

declare module "@cedar-policy/cedar-wasm/nodejs" {
  interface Entity {
    readonly type: string;
    readonly id: string;
  }
  type Failure = { readonly type: "failure"; readonly errors: readonly object[] };
  export function preparsePolicySet(
    id: string,
    policies: { readonly staticPolicies: string },
  ): { readonly type: "success" } | Failure;
  export function statefulIsAuthorized(call: {
    readonly principal: Entity;
    readonly action: Entity;
    readonly resource: Entity;
    readonly context: object;
    readonly preparsedPolicySetId: string;
    readonly entities: readonly { uid: Entity; attrs: object; parents: readonly Entity[] }[];
  }): { readonly type: "success"; readonly response: { readonly decision: "allow" | "deny" } } | Failure;
}

declare module "autocannon" {
  interface Request {
    readonly method: "GET" | "POST" | "PATCH";
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }
  interface Result {
    readonly "2xx": number;
    readonly non2xx: number;
    readonly errors: number;
    readonly timeouts: number;
    /** Seconds. */
    readonly duration: number;
  }
  function autocannon(options: {
    readonly url: string;
    readonly connections: number;
    readonly duration: number;
    readonly requests: readonly Request[];
  }): Promise<Result>;
  export = autocannon;
}
