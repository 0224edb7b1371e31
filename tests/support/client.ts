import { Client } from "../../provider/platform/client";
import { settingsFrom } from "../../provider/settings/stack";

/** The secrets of two organizations. */
export const organizations = [
  { id: 1, userSecret: "user-1", organizationSecret: "organization-1" },
  { id: 2, userSecret: "user-2", organizationSecret: "organization-2" },
];

/** A client of the first one, which gives up soon. */
export function clientOf(baseUrl: string, more: Record<string, string> = {}): Client {
  const config: Record<string, string> = {
    "act365:baseUrl": baseUrl,
    "act365:userSecret": "user-1",
    "act365:organizationSecret": "organization-1",
    "act365:timeoutSeconds": "10",
    "act365:maxAttempts": "2",
    "act365:settleSeconds": "0",
    ...more,
  };
  return new Client(settingsFrom((key) => config[key], {}));
}

/** What an instance is made from, and the whole body of POST. */
export const draft = {
  name: "crm",
  tags: ["one"],
  configuration: { username: "key", password: "developer" },
};
export const body = { ...draft, element: { key: "actessentials" } };

/** Expects each of the attempts to fail with the message. */
export const allFail = (attempts: readonly Promise<unknown>[], message: string | RegExp): Promise<unknown> =>
  Promise.all(attempts.map((attempt) => expect(attempt).rejects.toThrow(message)));

/** What a person who watches is told while something is done. */
export async function toldDuring(work: () => Promise<unknown>): Promise<string> {
  const told: string[] = [];
  const write = jest.spyOn(process.stderr, "write").mockImplementation((text) => told.push(`${text}`) > 0);
  await work().finally(() => write.mockRestore());
  return told.join("");
}

/** The error that an attempt fails with. */
export const failureOf = (attempt: Promise<unknown>): Promise<Error> =>
  attempt.then(
    () => {
      throw new Error("it went well");
    },
    (error) => error,
  );
