/** Rounding half to even, on the decimal digits: 2.5 → 2, 3.5 → 4, 1.005 to 2 digits → 1. */

export function roundHalfEven(n: number, digits?: number): number {
  if (!digits) return withoutMinusZero(halfEven(n));
  return withoutMinusZero(shifted(halfEven(shifted(n, digits)), -digits));
}

/** Moves the decimal point in the text, since a multiplication would be inexact. */
function shifted(n: number, digits: number): number {
  const [mantissa, exponent] = String(n).split('e') as [string, string?];
  return Number(`${mantissa}e${exponent ? Number(exponent) + digits : digits}`);
}

function halfEven(n: number): number {
  const rounded = Math.round(n);
  return Math.abs(rounded - n) === 0.5 && Math.abs(rounded % 2) === 1 ? rounded - 1 : rounded;
}

function withoutMinusZero(n: number): number {
  return n === 0 ? 0 : n;
}
