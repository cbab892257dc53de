/** UTF-8 in a few lines, as the pure core knows no `TextEncoder`; a lone surrogate becomes U+FFFD, as everywhere on the web. */

export function encodeUtf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) pushPoint(bytes, character.codePointAt(0) as number);
  return bytes;
}

function pushPoint(bytes: number[], given: number): void {
  const point = given >= 0xd800 && given <= 0xdfff ? 0xfffd : given;
  if (point < 0x80) bytes.push(point);
  else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point));
  else if (point < 0x1_0000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point));
  else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
}

const tail = (bits: number): number => 0x80 | (bits & 0x3f);
