/**
 * A page with one generated part made anew: what stands between `<!-- name: ... -->` and `<!-- /name -->`.
 *
 * @throws Error when the page lacks the place for it.
 */
export function withPart(page: string, name: string, part: string): string {
  const place = new RegExp(`(<!-- ${name}: [^>]*-->)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!place.test(page)) throw new Error(`the page has no place for ${name}`);
  return page.replace(place, (_, begin, end) => `${begin}\n\n${part}\n\n${end}`);
}
