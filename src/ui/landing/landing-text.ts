/** What the start page of a development or test server tells. */
export interface LandingText {
  version: string;
  isReady: boolean;
  facts: { label: string; value: string; note: string | null }[];
  doors: { title: string; use: string; address: string; isLink: boolean }[];
  steps: { command: string; does: string }[];
}
