/** Things that the code does for its promises, taken out one at a time from what is built. */
export const mutations: readonly {
  readonly what: string;
  /** Below dist. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}[] = [];
