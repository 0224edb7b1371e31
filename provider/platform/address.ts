/** What the plugin needs to talk to the platform, from the stack's configuration or the environment. */
export interface Settings {
  /** Ends in `/elements/api-v2`. */
  readonly baseUrl: string;
  readonly userSecret: string;
  readonly organizationSecret: string;
  /** How long one operation on one instance may take in all, waits included, in seconds. */
  readonly timeoutSeconds: number;
  /** How often a request that is safe to repeat is tried, the first time included. */
  readonly maxAttempts: number;
  /**
   * How long, in seconds, the platform may not see an instance yet that was just made. So long the ownership tag is
   * looked for after a create whose answer was lost, and so long a 404 is doubted.
   */
  readonly settleSeconds: number;
}

/** The platform's API hosts by the name for `act365:region` (contract, section 4; surely not all that exist). */
export const regions: Readonly<Record<string, string>> = {
  us: "https://api.cloud-elements.com",
  eu: "https://api.cloud-elements.co.uk",
  staging: "https://staging.cloud-elements.com",
  snapshot: "https://snapshot.cloud-elements.com",
  "sap-us": "https://api.openconnectors.us2.ext.hana.ondemand.com",
  "sap-eu": "https://api.openconnectors.eu10.ext.hana.ondemand.com",
  "sap-jp": "https://api.openconnectors.jp20.ext.hana.ondemand.com",
  "sap-trial-us": "https://api.openconnectors.trial.us10.ext.hana.ondemand.com",
  "sap-trial-eu": "https://api.openconnectors.trial.eu10.ext.hana.ondemand.com",
  "sap-trial-ap": "https://api.openconnectors.trial.ap21.ext.hana.ondemand.com",
  "sap-trial-neo": "https://api.openconnectors.ext.hanatrial.ondemand.com",
};

export const apiPath = "/elements/api-v2";

/** Whether a URL's host is this machine. */
export const isLoopback = (host: string): boolean => /^(localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/.test(host);
