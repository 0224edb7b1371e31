import { type Organization, organizationResponse } from "./answers";
import { type Call, nameOf } from "./call";
import { ApiError } from "./errors";
import type { Http } from "./http";
import { pause, quietSeconds, tell } from "./operation";
import type { Origin, Settling } from "./settling";

/** How long the organization's answer proves that the host is the platform. */
const proofSeconds = 10;
/** How often an instance is looked for that may not be visible yet. */
const lookAgainSeconds = 0.5;

/** Whether an instance is gone: what an answer of 404 alone does not prove. */
export class Absence {
  readonly #http: Http;
  readonly #settling: Settling;
  #organization: Promise<Organization> | undefined;
  /** When the organization was asked for, by `performance.now()`. */
  #provenAt = 0;

  constructor(http: Http, settling: Settling) {
    this.#http = http;
    this.#settling = settling;
  }

  /** Undefined when the instance is gone, which the platform must prove. */
  async undefinedWhenProven<T>(
    id: string,
    call: Call,
    origin: Origin,
    send: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.onceSeen(id, origin, send, () => this.#prove(call, origin));
    } catch (error) {
      if (isAbsence(error) && error.call === nameOf(call)) return undefined;
      throw error;
    }
  }

  /** Asks again while a 404 may only mean that the platform does not see the instance yet. */
  async onceSeen<T>(
    id: string,
    origin: Origin,
    send: () => Promise<T>,
    onAbsence: () => Promise<void> = async () => {},
  ): Promise<T> {
    const begun = performance.now();
    for (let isFirst = true; ; isFirst = false) {
      // From before the call: an answer that took long may be of before.
      const asked = performance.now();
      try {
        return await send();
      } catch (error) {
        if (!isAbsence(error)) throw error;
        await onAbsence();
        const seenFrom = this.#settling.seenFrom(id, origin, begun);
        if (asked >= seenFrom) throw error;
        const seconds = Math.ceil((seenFrom - asked) / 1000);
        if (isFirst && seconds >= quietSeconds)
          tell(`the platform may not see instance ${id} yet; looking for it for up to ${seconds} s`);
        await pause(lookAgainSeconds);
      }
    }
  }

  /**
   * `GET /organizations/me`: proves that the host is the platform and takes the secrets. An answer serves for a few
   * seconds, so that a hundred absent instances are not a hundred questions.
   *
   * @returns its id, where the platform tells it to this user.
   */
  async organization(): Promise<Organization> {
    const now = performance.now();
    if (!this.#organization || now - this.#provenAt > proofSeconds * 1000) {
      this.#provenAt = now;
      this.#organization = this.#http.parsed(organizationResponse, {
        method: "GET",
        path: "organizations/me",
      });
    }
    try {
      return await this.#organization;
    } catch (error) {
      this.#organization = undefined;
      // The platform knows the user, who may not see the organization.
      if (error instanceof ApiError && error.status === 403 && error.isPlatforms) return { id: undefined };
      throw error;
    }
  }

  /** The host must show itself to be the platform, and the organization to be the one that the instance was made in. */
  async #prove(call: Call, { organizationId }: Origin): Promise<void> {
    const { id } = await this.organization();
    if (id !== undefined && organizationId !== undefined && id !== organizationId)
      throw this.#http.failures.unexpected(
        call,
        404,
        `the configured secrets belong to organization ${id} and the instance to organization ${organizationId}, so this proves nothing about the instance`,
        { wayOut: "Set the secrets of its organization.", isPlatforms: true },
      );
  }
}

/** A gateway, and another host, answer 404 too, but in a form of their own (PLATFORM.md, section 3). */
const isAbsence = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status === 404 && error.isPlatforms;
