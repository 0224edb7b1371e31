/** What it takes to talk to the platform, whichever door the settings come through. */
export interface Settings {
  /** Ends in `/elements/api-v2`. */
  readonly baseUrl: string;
  readonly userSecret: string;
  readonly organizationSecret: string;
  /** How long one operation on one instance may take in all, waits included, in seconds. */
  readonly timeoutSeconds: number;
  /** How often a request that is safe to repeat is sent, the first time included. */
  readonly maxAttempts: number;
  /**
   * How long, in seconds, the platform may not see an instance yet that was just created. So long the ownership tag is
   * looked for after a create whose answer was lost, and so long a 404 is doubted.
   */
  readonly settleSeconds: number;
  readonly words: Words;
}

/** `region` stands for a base URL that this package knows. */
export type Setting = "region" | Exclude<keyof Settings, "words">;

/** How messages speak of the settings: by what the reader of the message has set, or has to set. */
export interface Words {
  /** The name of each setting, such as `act365:eu.userSecret` or `--region`; absent for one that cannot be set there. */
  readonly names: Readonly<Partial<Record<Setting, string>>>;
  /** What else to do after the secrets were rotated. */
  readonly afterRotation?: string;
}

/** The platform's API hosts by the name for the setting `region` (PLATFORM.md, section 4; surely not all there are). */
export const regions: Readonly<Record<string, string>> = {
  us: "https://api.cloud-elements.com",
  eu: "https://api.cloud-elements.co.uk",
  staging: "https://staging.cloud-elements.com",
  snapshot: "https://snapshot.cloud-elements.com",
  "sap-us": "https://api.openconnectors.us2.ext.hana.ondemand.com",
  "sap-us10": "https://api.openconnectors.us10.ext.hana.ondemand.com",
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
