/** The longest message that is shown whole, in characters. */
const MAX_LENGTH = 1000;

/** Takes the middle out of a message that quotes far too much: its begin says what it is about, its end what was expected. */
export function shortenMessage(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  return `${text.slice(0, MAX_LENGTH / 2)} … ${text.slice(-MAX_LENGTH / 4)}`;
}
