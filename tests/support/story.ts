import * as lifecycle from "../../provider/dynamic/lifecycle";
import type { Simulator } from "../../provider/simulator";
import { failureOf } from "./client";
import { checked, kept } from "./plugin";

export type Bag = Record<string, unknown>;

/** An instance as the engine has it after a step. */
export interface Applied {
  readonly id: string;
  /** What check answered last. */
  readonly inputs: Bag;
  /** What create, update or read answered last, as state keeps it. */
  readonly state: Bag;
}

/** Creates what a program says. */
export async function up(program: Bag = {}): Promise<Applied> {
  const inputs = await checked(program);
  const { id, outs } = await lifecycle.create(inputs);
  return { id: String(id), inputs, state: { ...kept(outs), __provider: "the capsule" } };
}

/** The next `up` of a changed program, or after a refresh that found drift; a further one then finds nothing to do. */
export async function upAgain({ id, inputs, state }: Applied, program: Bag = {}): Promise<Applied> {
  const news = await checked(program, inputs);
  expect((await lifecycle.diff(id, state, news)).changes).not.toBe(false);
  const { outs } = await lifecycle.update(id, state, news);
  const next = { ...kept(outs), __provider: "the capsule" };
  expect(await lifecycle.diff(id, next, await checked(program, news))).toEqual({ changes: false });
  return { id, inputs: news, state: next };
}

/** What the engine has after an attempt that failed half-way: the inputs of the program, and the state in the error. */
export async function half(attempt: Promise<unknown>, inputs: Bag = {}): Promise<Applied & { error: Error }> {
  const error = (await failureOf(attempt)) as Error & { id: string; properties: Bag };
  return { error, id: error.id, inputs, state: { ...kept(error.properties), __provider: "the capsule" } };
}

/** `pulumi refresh` of an instance that is still there. */
export async function refresh({ id, state }: Applied): Promise<Applied> {
  const read = await lifecycle.read(id, state);
  expect(read.id).toBe(id);
  return { id, inputs: kept(read.inputs), state: { ...kept(read.props), __provider: "the capsule" } };
}

/** Whether the engine takes the value for a secret. */
export const isSealed = (value: unknown): boolean =>
  (value as Bag | undefined)?.["4dabf18193072939515e22adb298388d"] === "1b47061264138c4ac30d75fd1eb44270";

/** The requests so far, such as `GET /instances/ID`. */
export const callsTo = ({ requests }: Simulator): string[] =>
  requests.map(({ method, path }) => `${method} ${path.replace(/\d+/, "ID")}`);
