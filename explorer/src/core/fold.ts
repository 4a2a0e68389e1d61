/** Text as it is compared: case, accents and width folded, so that "Müller" is found by "muller". */

/** Lower case, compatibility-decomposed, marks dropped; punctuation stays. */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}+/gu, "").toLowerCase();
}

const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const WORDS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]|[\p{L}\p{N}]+/gu;

/** The words of a text, folded; each Chinese character is a word, since no spaces part them. */
export function words(text: string): string[] {
  return fold(text).match(WORDS) ?? [];
}

export function isCjk(word: string): boolean {
  return CJK.test(word);
}

/** Does a word of a text answer an asked one? Numbers whole (`20` finds `20` and `20N`, not `2022`), others by prefix. */
export function answers(word: string, asked: string): boolean {
  if (isCjk(asked)) return word.includes(asked);
  if (!word.startsWith(asked)) return false;
  return !/^\d+$/.test(asked) || !/\d/.test(word[asked.length] ?? "");
}
