/** Integers that know what they count. Mixing two of these types is a compile error; none of them is ever a float. */

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

export type PriceTicks = Brand<bigint, "PriceTicks">;
export type QtySteps = Brand<bigint, "QtySteps">;
export type BaseAtoms = Brand<bigint, "BaseAtoms">;
export type QuoteAtoms = Brand<bigint, "QuoteAtoms">;

export const priceTicks = (value: bigint): PriceTicks => value as PriceTicks;
export const qtySteps = (value: bigint): QtySteps => value as QtySteps;
export const baseAtoms = (value: bigint): BaseAtoms => value as BaseAtoms;
export const quoteAtoms = (value: bigint): QuoteAtoms => value as QuoteAtoms;

/** A grid of allowed values: `units` of 10^-decimals between two neighbours. */
export interface Grid {
  readonly decimals: number;
  readonly units: bigint;
}

const POWERS = Array.from({ length: 40 }, (_, exponent) => 10n ** BigInt(exponent));

export function pow10(exponent: number): bigint {
  const value = POWERS[exponent];
  if (value === undefined) throw new RangeError(`10^${exponent} is outside what amounts need`);
  return value;
}

export const divideDown = (value: bigint, by: bigint): bigint => {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
};

export const divideUp = (value: bigint, by: bigint): bigint => {
  const quotient = value / by;
  return value % by > 0n ? quotient + 1n : quotient;
};

/** Rounds to the nearest, ties to even: for statistics on a screen, never for what somebody owns or pays. */
export function divideHalfEven(value: bigint, by: bigint): bigint {
  const down = divideDown(value, by);
  const twice = (value - down * by) * 2n;
  if (twice === by) return down % 2n === 0n ? down : down + 1n;
  return twice > by ? down + 1n : down;
}

export const minimum = <T extends bigint>(a: T, b: T): T => (a < b ? a : b);
export const maximum = <T extends bigint>(a: T, b: T): T => (a > b ? a : b);
