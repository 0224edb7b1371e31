import type { Words } from "./address";

/** The ways out that errors name, in the words of the door that the settings came through. */

export const checkHost = ({ names }: Words): string =>
  `Check that ${names.baseUrl} names the platform's API host (hosts that begin with my. are its user interface) and that no proxy stands in between.`;

export const checkNetwork = ({ names }: Words): string =>
  `Check ${names.baseUrl} (or ${names.region}) and the network.`;

/** @param isPlatforms whether the answer was in the platform's form; if not, another server may have given it. */
export function afterRefusal(status: number, isPlatforms: boolean, words: Words): string {
  switch (status) {
    case 400:
      return "Check the arguments that the message names.";
    case 401: {
      const rotation = words.afterRotation ? ` ${words.afterRotation}` : "";
      return `Check ${words.names.userSecret} and ${words.names.organizationSecret}, and that ${words.names.region} or ${words.names.baseUrl} is the environment they belong to.${rotation}`;
    }
    case 403:
      return `The user whose secret is ${words.names.userSecret} lacks the privilege for this, or the instance is another account's.`;
    case 404:
      return isPlatforms
        ? `Check that ${words.names.region} or ${words.names.baseUrl} is the environment in which the instance was made.`
        : checkHost(words);
    case 429:
      return "The platform limits the rate or the size of calls; try again later.";
    default:
      return status >= 500 || status === 408
        ? "The platform or a gateway before it is in trouble; run the same command again."
        : "The platform refused the call.";
  }
}
