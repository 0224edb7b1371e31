import { Agent } from "node:https";
import { ConnectionError } from "./errors";

/** How requests leave the machine. */
export const network = {
  // Said aloud, so that NODE_TLS_REJECT_UNAUTHORIZED=0 does not hand the secrets to whoever answers.
  https: { rejectUnauthorized: true },
  agent: {
    /**
     * Goes through the proxy of HTTPS_PROXY, unless NO_PROXY names the host, as every other part of a pipeline does.
     * Plain http is for this machine only and never does. The timeout is for sockets that idle and for tunnels that do
     * not come about: until there is one, got's own timeout cannot end a request.
     */
    https: new Agent({ keepAlive: true, timeout: 5000, proxyEnv: process.env }),
  },
} as const;

// Failures before a byte of the request was sent, so that the platform cannot have acted on it.
const neverSent = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ERR_PROXY_TUNNEL",
]);
const isCertificate = (code: string) =>
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|HOSTNAME_MISMATCH|ERR_SSL|EPROTO/.test(code);

/**
 * What a failure of the network means for a call.
 *
 * @param code Node's, such as ECONNRESET.
 * @param seconds how long an answer was waited for.
 */
export function networkFailure(
  call: string,
  code: string,
  baseUrl: string,
  seconds: number,
): ConnectionError {
  const { host, protocol } = new URL(baseUrl);
  if (isCertificate(code))
    return new ConnectionError(
      call,
      `the certificate of ${host} is not to be trusted (${code}); for a company's own authority set NODE_EXTRA_CA_CERTS`,
      false,
      false,
    );
  const hasProxy = protocol === "https:" && (process.env.HTTPS_PROXY || process.env.https_proxy);
  const proxy = hasProxy ? "; HTTPS_PROXY is set, so check the proxy and NO_PROXY too" : "";
  const reason =
    code === "ETIMEDOUT"
      ? `${host} did not answer within ${seconds} seconds`
      : `no answer from ${host} (${code}${proxy})`;
  return new ConnectionError(call, reason, !neverSent.has(code), true);
}
