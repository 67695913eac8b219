/** What the shim needs to know beside the services. */
export interface RestSettings {
  production: boolean;
  /** Where the paths go that this API lacks (decision 2); undefined: to the development stub, or nowhere. */
  platformUrl: string | undefined;
  /** Confirms cards for simulate-webhook; null with real keys. */
  simulator: { url: string; publishableKey: string } | null;
}
