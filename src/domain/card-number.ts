/** Digits in the length and first digit of payment cards, with the separators that people type. */
const CARD_LIKE = /(?<![\w-])[2-6](?:[ -]?\d){12,18}(?![\w-])/g;

/** 13 to 19 digits, first digit of a card scheme, and a correct check digit (ISO/IEC 7812-1, Luhn). */
export function isCardNumber(candidate: string): boolean {
  const digits = candidate.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || !/^[2-6]/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = digit * 2;
    sum += i % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Whether what looks like a card's number stands somewhere in a text. */
export function holdsCardNumber(text: string): boolean {
  return (text.match(CARD_LIKE) ?? []).some(isCardNumber);
}

/** The text with each of them replaced. */
export function withoutCardNumbers(text: string, replacement: string): string {
  return text.replace(CARD_LIKE, (match) => (isCardNumber(match) ? replacement : match));
}
