import { z } from "zod";
import { type InstanceResponse, instanceResponse, rowResponse } from "./answers";
import type { Call } from "./call";
import { Act365Error, ApiError } from "./errors";
import { type Http, problemsIn } from "./http";
import { askSupport } from "./remedies";

/** Which instances are asked for: those that match all of it. */
export interface Filter {
  readonly tags?: readonly string[] | undefined;
  /** Part of the name, or of the connector's key or name. */
  readonly searchText?: string | undefined;
}

/** A row of the list that could not be read, not by its id either. */
export interface Unreadable {
  /** Its tags, where at least those could be read. */
  readonly tags?: readonly string[] | undefined;
  readonly problem: string;
}

export interface List {
  readonly found: InstanceResponse[];
  readonly unreadable: Unreadable[];
}

/** Reads an instance; undefined when it is gone. `createdDate` is that of a row. */
type ReadOne = (id: string, createdDate: string | undefined) => Promise<InstanceResponse | undefined>;

/** A list of more pages, of 200 rows each (PLATFORM.md, section 1.6), is taken for one without an end. */
const mostPages = 1000;

/**
 * `GET /instances`, all pages. A row that is not whole, or has no tags although some were asked for, is read by its id.
 */
export async function readList(http: Http, readOne: ReadOne, filter: Filter): Promise<List> {
  const found = new Map<number, InstanceResponse>();
  const unreadable: Unreadable[] = [];
  for await (const rows of pagesOf(http, filter))
    for (const row of await Promise.all(rows.map((each) => read(each, readOne, filter))))
      if (row && !("id" in row)) unreadable.push(row);
      else if (row) found.set(row.id, row);
  return { found: [...found.values()], unreadable };
}

/** Whether an instance is what was asked for: the platform, or what stands before it, may overlook a part of the query. */
export function matches(instance: InstanceResponse, { tags = [], searchText }: Filter): boolean {
  const text = searchText?.toLowerCase() ?? "";
  const names = [instance.name, instance.element?.key, instance.element?.name];
  return (
    tags.every((tag) => instance.tags?.includes(tag)) &&
    names.some((name) => typeof name === "string" && name.toLowerCase().includes(text))
  );
}

async function* pagesOf(http: Http, { tags = [], searchText }: Filter): AsyncGenerator<unknown[]> {
  const query: [string, string][] = tags.map((tag) => ["tags[]", tag]);
  if (searchText) query.push(["searchText", searchText]);
  const tokens = new Set<string>();
  const ids = new Set<number | undefined>();
  for (let call: Call = { method: "GET", path: "instances", query }; ; ) {
    const answer = await http.send(call).catch((error) => {
      // An empty list is a 404 (PLATFORM.md, section 1.1).
      if (error instanceof ApiError && error.status === 404 && error.isPlatforms) return undefined;
      throw error;
    });
    if (!answer) return;
    const rows = http.parse(z.array(z.unknown()), call, answer);
    if (rows.length === 0) return;
    const next = answer.headers["elements-next-page-token"];
    const news = rows.map((row) => rowOf(row).id).filter((id) => !ids.has(id));
    const hasNext = typeof next === "string" && next !== "";
    if ((hasNext && tokens.has(next)) || tokens.size === mostPages || (tokens.size > 0 && news.length === 0))
      throw http.failures.unexpected(call, answer.status, "the pages of the list do not end", {
        wayOut: askSupport,
      });
    yield rows;
    if (!hasNext) return;
    for (const id of news) ids.add(id);
    tokens.add(next);
    call = { ...call, query: [...query, ["nextPage", next]] };
  }
}

const rowOf = (row: unknown): Partial<z.infer<typeof rowResponse>> => rowResponse.safeParse(row).data ?? {};

async function read(
  row: unknown,
  readOne: ReadOne,
  { tags: asked = [] }: Filter,
): Promise<InstanceResponse | Unreadable | undefined> {
  const whole = instanceResponse.safeParse(row);
  if (whole.success && (asked.length === 0 || whole.data.tags?.length)) return whole.data;
  const { id, tags, createdDate } = rowOf(row);
  if (id === undefined) return { tags, problem: whole.success ? "" : problemsIn(whole.error) };
  try {
    return await readOne(String(id), createdDate);
  } catch (error) {
    if (error instanceof Act365Error) return { tags, problem: error.message };
    throw error;
  }
}
