/** The one door from bigint to number: for the book's integers and for CSS, with the bound asserted. */
export function safeNumber(value: bigint): number {
  // eslint-disable-next-line no-restricted-syntax -- asserted to be exact below
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit 2^53`);
  return number;
}
