import type { Words } from "./address";

/** The ways out that errors name, in the words of the door that the settings came through. */

export const checkHost = ({ names }: Words): string =>
  `Check that ${names.baseUrl} names the platform's API host (a host that begins with my. is its user interface), and that no proxy answers in its place.`;

/** The platform itself has answered what it should not. */
export const askSupport = "Run the same command again; if it stays so, ask the platform's support.";

export const checkNetwork = ({ names }: Words): string =>
  `Check ${names.baseUrl} (or ${names.region}) and the network.`;

/** @param isPlatforms whether the answer was in the platform's form; if not, another server may have given it. */
export function afterRefusal(status: number, isPlatforms: boolean, words: Words): string {
  switch (status) {
    case 400:
      return "Correct the arguments that the message names.";
    case 401: {
      const rotation = words.afterRotation ? ` ${words.afterRotation}` : "";
      return `Check ${words.names.userSecret} and ${words.names.organizationSecret}, and that ${words.names.region} or ${words.names.baseUrl} names the platform that they belong to.${rotation}`;
    }
    case 403:
      return `The user whose secret is ${words.names.userSecret} may not do this, or the instance belongs to another account.`;
    case 404:
      return isPlatforms
        ? `Check that ${words.names.region} or ${words.names.baseUrl} names the platform on which the instance was created.`
        : checkHost(words);
    case 429:
      return "The platform refuses so many or so large requests; run the same command again later.";
    default:
      return status >= 500 || status === 408
        ? "The platform, or a gateway in front of it, failed; run the same command again."
        : "The platform refused the call.";
  }
}
