/** Sums of money in running text. */
const SUM =
  /(?:[$€£]|\b(?:USD|EUR|GBP|CHF|R\$))\s?\d[\d.,]*|\d[\d.,]*\s?(?:€|\b(?:USD|EUR|GBP|CHF|BTC|euros?|dollars?|bitcoins?)\b)/i;

export const namesSum = (text: string): boolean => SUM.test(text);
